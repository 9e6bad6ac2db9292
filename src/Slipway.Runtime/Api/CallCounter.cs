using System.Collections.Concurrent;

namespace Slipway.Runtime.Api;

/// <summary>Calls to the API server by verb (<c>get list watch create update patch delete</c>) and kind (<c>pods</c>, <c>pods/eviction</c>, …).</summary>
public sealed class CallCounter
{
    readonly ConcurrentDictionary<(string Verb, string Kind), long> _calls = new();

    public void Count(string verb, string kind) => _calls.AddOrUpdate((verb, kind), 1, static (_, count) => count + 1);

    /// <summary>A copy: (verb, kind) to number of calls sent.</summary>
    public IReadOnlyDictionary<(string Verb, string Kind), long> Snapshot() => _calls.ToDictionary();
}
