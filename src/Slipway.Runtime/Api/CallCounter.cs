namespace Slipway.Runtime.Api;

/// <summary>Calls to the API server by verb (<c>get list watch create update patch delete</c>) and kind (<c>pods</c>, <c>pods/eviction</c>, …).</summary>
public sealed class CallCounter
{
    public void Count(string verb, string kind) => throw new NotImplementedException();

    /// <summary>A copy: (verb, kind) to number of calls sent.</summary>
    public IReadOnlyDictionary<(string Verb, string Kind), long> Snapshot() => throw new NotImplementedException();
}
