using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.Workloads.Events;

/// <summary>Lets every Event go an hour after it was last written (kube-apiserver, <c>--event-ttl</c>).</summary>
sealed class EventExpiry
{
    static readonly TimeSpan kept = TimeSpan.FromHours(1);

    readonly ClusterView view;

    /// <summary>In the order of the writes, which is that of the ends.</summary>
    readonly Queue<Write> writes = [];

    ITimer? timer;

    public EventExpiry(ClusterView view)
    {
        this.view = view;
        view.Follow(Kinds.Events, Keep);
    }

    void Keep(ObjectChange change)
    {
        if (change.New is not { } told) return;
        writes.Enqueue(new(told.Key, told.ResourceVersion, view.Now + kept));
        if (writes.Count == 1) LookAgain();
    }

    void Expire()
    {
        while (writes.TryPeek(out var first) && first.Ends <= view.Now)
        {
            writes.Dequeue();
            // From looking to deleting nobody may write: what was told again stays.
            lock (view.Objects.Store.Gate)
            {
                if (view.Objects.Get(Kinds.Events, first.Key)?.ResourceVersion == first.Version) view.Objects.Delete(Kinds.Events, first.Key);
            }
        }
        LookAgain();
    }

    void LookAgain()
    {
        timer?.Dispose();
        timer = writes.TryPeek(out var first) ? view.Turns.PostAfter(first.Ends - view.Now, Expire) : null;
    }

    readonly record struct Write(ObjectKey Key, long Version, DateTimeOffset Ends);
}
