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
            if (await TryHoldAsync(cancellation))
            {
                _told = null;
                Leading(log, lease, identity);
                await LeadAsync(lead, cancellation);
                Stopped(log, lease, identity);
            }

            await Pause(options.RetryPeriod, cancellation);
        }
    }

    async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = lead(term.Token);
        var renewed = time.GetTimestamp();
        while (!term.IsCancellationRequested && !work.IsCompleted)
        {
            await Pause(options.RetryPeriod, term.Token);
            if (term.IsCancellationRequested) break;
            if (await TryHoldAsync(term.Token)) renewed = time.GetTimestamp();
            else if (time.GetElapsedTime(renewed) >= options.RenewDeadline) await term.CancelAsync();
        }

        await term.CancelAsync();
        try
        {
            await work;
        }
        catch (OperationCanceledException)
        {
            // The term is over.
        }

        if (time.GetElapsedTime(renewed) < options.RenewDeadline) await ReleaseAsync();
    }

    /// <summary>Takes or renews the lease; false when another holds it, or nobody answers.</summary>
    async Task<bool> TryHoldAsync(CancellationToken cancellation)
    {
        try
        {
            var now = time.GetUtcNow();
            Lease found;
            try
            {
                found = await api.GetAsync(Kinds.Leases, lease, LeaseJson.Default.Lease, cancellation);
            }
            catch (NotFoundException)
            {
                await CreateAsync(now, cancellation);
                return true;
            }

            if (!string.IsNullOrEmpty(found.Spec.HolderIdentity) && found.Spec.HolderIdentity != identity && !IsExpired(found)) return false;
            await api.ReplaceAsync(Kinds.Leases, lease, Ours(found, now), LeaseJson.Default.Lease, null, cancellation);
            return true;
        }
        catch (ConflictException)
        {
            return false;
        }
        catch (ApiException failure)
        {
            Tell(failure);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
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
        try
        {
            var found = await api.GetAsync(Kinds.Leases, lease, LeaseJson.Default.Lease, CancellationToken.None);
            if (found.Spec.HolderIdentity != identity) return;
            await api.ReplaceAsync(Kinds.Leases, lease, found with { Spec = found.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1 } }, LeaseJson.Default.Lease, null, CancellationToken.None);
        }
        catch (ApiException failure)
        {
            Tell(failure);
        }
    }

    /// <summary>What stays the same is told once.</summary>
    void Tell(ApiException failure)
    {
        if (failure.Message == _told) return;
        _told = failure.Message;
        NotHeld(log, lease, failure.Message);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Lease}: not held: {Why}")]
    static partial void NotHeld(ILogger logger, ObjectKey lease, string why);
}
