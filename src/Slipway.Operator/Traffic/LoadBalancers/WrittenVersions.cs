using System.Collections.Concurrent;
using Slipway.Resources;
using Slipway.Runtime.Controllers;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>Versions that our own writes of weights were answered with: what is older than that is not looked at.</summary>
sealed class WrittenVersions
{
    readonly ConcurrentDictionary<ObjectKey, (string Uid, string Version)> _written = new();

    public void Wrote(IProjected found, string? version)
    {
        if (version is not null) _written[found.Key] = (found.Uid, version);
    }

    public bool IsUnseen(IProjected found)
    {
        if (!_written.TryGetValue(found.Key, out var last)) return false;
        if (last.Uid == found.Uid && ResourceVersions.IsOlder(found.ResourceVersion, last.Version)) return true;
        _written.TryRemove(found.Key, out _);
        return false;
    }
}
