using System.Text.Json.Serialization.Metadata;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Informers;
using Slipway.Runtime.Queues;

namespace Slipway.Operator.Cluster;

/// <summary>A kind whose status tells what was seen of its objects, and nothing else.</summary>
sealed record ReportedKind<TObject, TStatus>(
    ResourceType Type,
    JsonTypeInfo<TObject> Record,
    JsonTypeInfo<TStatus> StatusRecord,
    Func<TObject, TStatus?> Stored,
    Func<TObject, DateTimeOffset, TStatus> Report);

/// <summary>Keeps the status of one kind's objects as its report says; writes only where that differs. One worker at a time.</summary>
sealed class StatusController<TObject, TStatus>(ReportedKind<TObject, TStatus> kind, Store<TObject> store, KubernetesApi api, WorkQueue<ObjectKey> queue, TimeProvider time)
    where TObject : class, IProjected
    where TStatus : class
{
    /// <summary>Changes of pods and nodes come in flocks; one status write a second an object is enough.</summary>
    static readonly TimeSpan Flock = TimeSpan.FromSeconds(1);

    readonly OwnWrites<TObject> _own = new();

    public void Wake(TObject changed) => queue.AddAfter(changed.Key, Flock);

    public void WakeAll()
    {
        foreach (var key in store.Keys()) queue.AddAfter(key, Flock);
    }

    public async Task<Requeue> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (store.Get(key) is not { } found) return Requeue.OnChange;
        var seen = _own.Newest(found);
        if (StatusPatch.Of(seen.Uid, kind.Report(seen, time.GetUtcNow()), kind.Stored(seen), kind.StatusRecord) is not { } patch) return Requeue.OnChange;
        try
        {
            _own.Wrote(await api.PatchAsync(kind.Type, key, patch, kind.Record, "status", cancellation));
        }
        catch (NotFoundException)
        {
            // Gone meanwhile: nothing to tell of it.
            _own.Forget(seen.Uid);
        }

        return Requeue.OnChange;
    }
}
