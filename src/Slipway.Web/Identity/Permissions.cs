using System.Collections.Concurrent;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Tickets;

namespace Slipway.Web.Identity;

/// <summary>What one person may do, as the API server says it; an answer is believed for some seconds only.</summary>
public sealed class Permissions(KubernetesApi api, TimeProvider time)
{
    /// <summary>Together with the time until a page looks again by itself, less than thirty seconds.</summary>
    static readonly TimeSpan Believed = TimeSpan.FromSeconds(14);

    readonly ConcurrentDictionary<Act, (bool Allowed, DateTimeOffset At)> _known = new();

    /// <summary>The first of these acts that the person may not do; null when all are allowed.</summary>
    /// <remarks>A server that serves no access reviews, or does not answer, decides at the act itself.</remarks>
    public async Task<Act?> MissingAsync(IEnumerable<Act> acts, CancellationToken cancellation)
    {
        foreach (var act in acts)
        {
            if (!await MayAsync(act, cancellation)) return act;
        }

        return null;
    }

    public async Task<bool> MayAsync(Act act, CancellationToken cancellation)
    {
        if (_known.TryGetValue(act, out var known) && time.GetUtcNow() - known.At < Believed) return known.Allowed;
        bool allowed;
        try
        {
            allowed = await AccessReviews.MayAsync(api, act, cancellation) ?? true;
        }
        catch (UnreachableServerException)
        {
            return known.Allowed;
        }
        catch (ApiException)
        {
            return false;
        }

        _known[act] = (allowed, time.GetUtcNow());
        return allowed;
    }

    /// <summary>Those of the namespaces whose tickets the person may read.</summary>
    public async Task<IReadOnlyList<string>> ReadableAsync(IReadOnlyList<string> namespaces, CancellationToken cancellation)
    {
        if (await MayAsync(Read(null), cancellation)) return namespaces;
        var readable = new List<string>();
        foreach (var ns in namespaces)
        {
            if (await MayAsync(Read(ns), cancellation)) readable.Add(ns);
        }

        return readable;
    }

    public async Task<bool> MayReadAsync(string ns, CancellationToken cancellation) =>
        await MayAsync(Read(null), cancellation) || await MayAsync(Read(ns), cancellation);

    static Act Read(string? ns) => Act.On("list", Kinds.OpsTickets, ns);
}

/// <summary>What the API server and its admission policies ask of whoever does something to a ticket.</summary>
public static class NeededActs
{
    public static IReadOnlyList<Act> ToAppend(CommandVerb verb, string ns) => [Act.On("patch", Kinds.OpsTickets, ns), Of(TicketRights.ToGive(verb), ns)];

    /// <summary>To create a ticket, and to do by hand what it does.</summary>
    public static IReadOnlyList<Act> ToCreate(OpsTicketSpec spec, string ns) => [Act.On("create", Kinds.OpsTickets, ns), Of(TicketRights.ToRequest(spec), ns)];

    static Act Of(Right right, string ns) => new(right.Verb, right.Group, right.Resource, ns);
}
