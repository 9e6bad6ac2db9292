using System.Globalization;
using Microsoft.Extensions.Logging;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Runtime.Leadership;

/// <summary>Durations as in client-go; a process stops acting at <see cref="RenewDeadline"/>, another may start after <see cref="LeaseDuration"/>.</summary>
public sealed record LeaderElectionOptions
{
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>One leader at a time by a Lease. Measures on its own monotonic clock, survives refused connections until the renew deadline, releases on stop.</summary>
/// <remarks>
/// A Lease is no fence: a leader that slept through its deadline may still have one call under way. Every effect therefore
/// carries its own precondition (client-go, package leaderelection).
/// </remarks>
public sealed partial class LeaderElector(KubernetesApi api, ObjectKey lease, string identity, LeaderElectionOptions options, TimeProvider time, ILogger log)
{
    /// <summary>What the lease said, and when we first saw it say so: the holder's clock is never compared with ours.</summary>
    string? _seenRecord;
    long _seenAt;
    string? _told;

    /// <summary>Runs <paramref name="lead"/> whenever this process leads; its token is cancelled when leadership is lost. Returns when cancelled.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var asked = time.GetTimestamp();
            if (await TryHoldAsync(cancellation) == Hold.Held)
            {
                _told = null;
                Leading(log, lease, identity);
                await LeadAsync(lead, asked, cancellation);
                Stopped(log, lease, identity);
            }

            await Pause(options.RetryPeriod, cancellation);
        }
    }

    /// <summary>Leads one term. What counts is when a renewal was asked for: by the time its answer is here the lease may have run for long.</summary>
    async Task LeadAsync(Func<CancellationToken, Task> lead, long renewed, CancellationToken cancellation)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var deadline = time.CreateTimer(_ => term.Cancel(), null, Left(renewed), Timeout.InfiniteTimeSpan);
        var hold = Hold.Held;
        var work = lead(term.Token);
        while (!term.IsCancellationRequested && !work.IsCompleted)
        {
            await Pause(options.RetryPeriod, term.Token);
            if (term.IsCancellationRequested) break;
            var asked = time.GetTimestamp();
            hold = await TryHoldAsync(term.Token);
            if (hold == Hold.Held && Left(asked) is { Ticks: > 0 } left)
            {
                renewed = asked;
                deadline.Change(left, Timeout.InfiniteTimeSpan);
            }

            if (hold == Hold.Others) End(term);
        }

        End(term);
        try
        {
            await work;
        }
        catch (OperationCanceledException)
        {
            // The term is over.
        }

        if (hold != Hold.Others && Left(renewed) > TimeSpan.Zero) await ReleaseAsync();
    }

    /// <summary>On the caller's context, which CancelAsync would leave.</summary>
    static void End(CancellationTokenSource term) => term.Cancel();

    TimeSpan Left(long renewed) => options.RenewDeadline - time.GetElapsedTime(renewed) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>What a look at the lease ended in; <see cref="Unknown"/>: nobody answered.</summary>
    enum Hold { Held, Others, Unknown }

    /// <summary>Takes or renews the lease. No look takes longer than the renew deadline, whatever the server does.</summary>
    async Task<Hold> TryHoldAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, options.RenewDeadline, Timeout.InfiniteTimeSpan);
        try
        {
            var now = time.GetUtcNow();
            Lease found;
            try
            {
                found = await api.GetAsync(Kinds.Leases, lease, LeaseJson.Default.Lease, limit.Token);
            }
            catch (NotFoundException)
            {
                await CreateAsync(now, limit.Token);
                return Hold.Held;
            }

            if (!string.IsNullOrEmpty(found.Spec.HolderIdentity) && found.Spec.HolderIdentity != identity && !IsExpired(found))
            {
                Tell($"{found.Spec.HolderIdentity} leads; {identity} stands by");
                return Hold.Others;
            }

            await api.ReplaceAsync(Kinds.Leases, lease, Ours(found, now), LeaseJson.Default.Lease, null, limit.Token);
            return Hold.Held;
        }
        catch (ConflictException)
        {
            // Somebody wrote it meanwhile; the next look says who.
            return Hold.Unknown;
        }
        catch (ApiException failure)
        {
            Tell(failure.Message);
            return Hold.Unknown;
        }
        catch (OperationCanceledException)
        {
            return Hold.Unknown;
        }
    }

    async Task CreateAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            await api.CreateAsync(Kinds.Leases, lease.Namespace, Ours(null, now), LeaseJson.Default.Lease, cancellation);
        }
        catch (NotFoundException)
        {
            // A cluster that nothing was installed on: the lease needs its namespace.
            await api.CreateAsync(Kinds.Namespaces, "", new Namespace { Metadata = new() { Name = lease.Namespace } }, LeaseJson.Default.Namespace, cancellation);
            await api.CreateAsync(Kinds.Leases, lease.Namespace, Ours(null, now), LeaseJson.Default.Lease, cancellation);
        }
    }

    bool IsExpired(Lease found)
    {
        var record = $"{found.Spec.HolderIdentity} {found.Spec.RenewTime} {found.Spec.LeaseTransitions}";
        if (record != _seenRecord)
        {
            _seenRecord = record;
            _seenAt = time.GetTimestamp();
        }

        return time.GetElapsedTime(_seenAt) >= TimeSpan.FromSeconds(found.Spec.LeaseDurationSeconds ?? options.LeaseDuration.TotalSeconds);
    }

    Lease Ours(Lease? found, DateTimeOffset now)
    {
        var ours = found?.Spec.HolderIdentity == identity;
        return new()
        {
            Metadata = new() { Name = lease.Name, Namespace = lease.Namespace, ResourceVersion = found?.Metadata.ResourceVersion },
            Spec = new()
            {
                HolderIdentity = identity,
                LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
                AcquireTime = ours ? found!.Spec.AcquireTime : MicroTime(now),
                RenewTime = MicroTime(now),
                LeaseTransitions = (found?.Spec.LeaseTransitions ?? 0) + (ours || found is null ? 0 : 1),
            },
        };
    }

    /// <summary>Gives the lease back, so that the next one need not wait for it to expire.</summary>
    async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(options.RetryPeriod, time);
        try
        {
            var found = await api.GetAsync(Kinds.Leases, lease, LeaseJson.Default.Lease, limit.Token);
            if (found.Spec.HolderIdentity != identity) return;
            await api.ReplaceAsync(Kinds.Leases, lease, found with { Spec = found.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1 } }, LeaseJson.Default.Lease, null, limit.Token);
        }
        catch (ApiException failure)
        {
            Tell(failure.Message);
        }
        catch (OperationCanceledException)
        {
            // It expires by itself.
        }
    }

    /// <summary>What stays the same is told once.</summary>
    void Tell(string why)
    {
        if (why == _told) return;
        _told = why;
        NotHeld(log, lease, why);
    }

    async Task Pause(TimeSpan delay, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(delay, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    /// <summary>Kubernetes' MicroTime: RFC 3339 with exactly six digits.</summary>
    static string MicroTime(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Lease}: {Identity} leads")]
    static partial void Leading(ILogger logger, ObjectKey lease, string identity);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Lease}: {Identity} no longer leads")]
    static partial void Stopped(ILogger logger, ObjectKey lease, string identity);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Lease}: not held: {Why}")]
    static partial void NotHeld(ILogger logger, ObjectKey lease, string why);
}
