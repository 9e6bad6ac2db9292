using Slipway.Resources;
using Slipway.Runtime.Controllers;

namespace Slipway.Operator.CafeDeployments;

/// <summary>
/// Objects as we wrote them, until the informer shows them at least as new; also ones it has never shown. What is not
/// confirmed for long is forgotten: it was deleted before anybody saw it.
/// </summary>
sealed class FreshWrites<T>(TimeProvider time)
    where T : class, IProjected
{
    static readonly TimeSpan Presumed = TimeSpan.FromSeconds(30);

    readonly Dictionary<string, (T Written, DateTimeOffset At)> _written = [];

    public void Wrote(T written) => _written[written.Uid] = (written, time.GetUtcNow());

    public void Forget(string uid) => _written.Remove(uid);

    public T Newest(T seen)
    {
        if (!_written.TryGetValue(seen.Uid, out var own)) return seen;
        if (ResourceVersions.IsOlder(seen.ResourceVersion, own.Written.ResourceVersion)) return own.Written;
        _written.Remove(seen.Uid);
        return seen;
    }

    /// <summary>What is seen, and what we wrote that is not seen yet; the newest of each.</summary>
    public IReadOnlyList<T> Newest(IReadOnlyList<T> seen, Func<T, bool> belongs)
    {
        if (_written.Count == 0) return seen;
        var newest = seen.Select(Newest).ToList();
        var known = newest.Select(item => item.Uid).ToHashSet();
        foreach (var (uid, (written, at)) in _written.ToList())
        {
            if (known.Contains(uid) || !belongs(written)) continue;
            if (time.GetUtcNow() - at > Presumed) _written.Remove(uid);
            else newest.Add(written);
        }

        return newest;
    }
}
