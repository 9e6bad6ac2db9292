using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Runtime.Informers;

/// <summary>
/// The definitions of custom resources by name: what waits for a kind that is not installed is told when its definition comes, and need
/// not ask the server again and again.
/// </summary>
public sealed class DefinitionWatch
{
    readonly Lock _lock = new();
    readonly Dictionary<string, TaskCompletionSource> _waiting = [];
    readonly Informer<Identity> _definitions;

    public DefinitionWatch(KubernetesApi api, Random chance, TimeProvider time)
    {
        // Who may not read definitions is not to ask for them all the time either.
        _definitions = new(api, Kinds.CustomResourceDefinitions, null, Identity.Read, new() { MetadataOnly = true, Chance = chance, LongestBackoff = TimeSpan.FromHours(1) }, time);
        _definitions.Store.Changed += change => Tell((change.New ?? change.Old)!.Key.Name);
    }

    /// <summary>All that there were have been seen once.</summary>
    public bool WereSeen => _definitions.SyncedAsync(CancellationToken.None).IsCompletedSuccessfully;

    /// <summary>They are seen as they come.</summary>
    public bool AreFollowed => WereSeen && _definitions.Trouble is null;

    /// <summary>Ends when all definitions there are are seen.</summary>
    public Task SyncedAsync(CancellationToken cancellation) => _definitions.SyncedAsync(cancellation);

    public Task RunAsync(CancellationToken cancellation) => _definitions.RunAsync(cancellation);

    /// <summary>The kind is defined; the server may begin to serve it a little later.</summary>
    public bool Has(ResourceType type) => _definitions.Store.Get(ObjectKey.Cluster(Name(type))) is not null;

    /// <summary>Ends at the next change of a kind's definition.</summary>
    public Task NextAsync(ResourceType type)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(Name(type), out var next)) next = _waiting[Name(type)] = new();
            return next.Task;
        }
    }

    void Tell(string name)
    {
        TaskCompletionSource? next;
        lock (_lock) _waiting.Remove(name, out next);
        next?.TrySetResult();
    }

    static string Name(ResourceType type) => $"{type.Plural}.{type.Group}";
}
