using Slipway.Resources;

namespace Slipway.Runtime.Controllers;

/// <summary>
/// Read your own writes: what we wrote stands until the informer has caught up with it, so that nothing is decided on a view
/// older than our last write (the guard of KEP-5647, with the written object at hand instead of a wait).
/// </summary>
public sealed class OwnWrites<T>
    where T : class, IProjected
{
    readonly Dictionary<string, T> _written = [];

    /// <summary>Objects written and not yet seen.</summary>
    public IReadOnlyCollection<T> Unseen => _written.Values;

    public void Wrote(T written) => _written[written.Uid] = written;

    /// <summary>What the informer shows is what we wrote last.</summary>
    public bool IsOwn(T seen) => _written.TryGetValue(seen.Uid, out var written) && written.ResourceVersion == seen.ResourceVersion;

    public void Forget(string uid) => _written.Remove(uid);

    /// <summary>The newer of what the informer shows and what we wrote.</summary>
    public T Newest(T seen)
    {
        if (!_written.TryGetValue(seen.Uid, out var written)) return seen;
        if (ResourceVersions.IsOlder(seen.ResourceVersion, written.ResourceVersion)) return written;
        _written.Remove(seen.Uid);
        return seen;
    }
}

/// <summary>Order of resource versions: they compare as integers (KEP-5504); ones that are none compare by equality.</summary>
public static class ResourceVersions
{
    public static bool IsOlder(string seen, string than) =>
        ulong.TryParse(seen, out var left) && ulong.TryParse(than, out var right) ? left < right : seen != than;
}
