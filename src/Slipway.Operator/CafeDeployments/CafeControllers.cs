using Microsoft.Extensions.Logging;
using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Informers;
using Slipway.Runtime.Queues;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>The controllers of CafeDeployments and of InPlaceSets: observe, decide, act.</summary>
sealed class CafeControllers
{
    /// <summary>Changes of pods come in flocks; looking once at a flock is enough.</summary>
    static readonly TimeSpan Flock = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a balancer that no watch tells of is asked whether it still gives a unit nothing.</summary>
    static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    readonly ClusterView _view;
    readonly Balancers _balancers;
    readonly WorkloadMemory _memory;
    readonly CafeObserver _observer;
    readonly CafeActor _cafeActor;
    readonly InPlaceSetActor _setActor;
    readonly WorkQueue<ObjectKey> _cafes;
    readonly WorkQueue<ObjectKey> _sets;

    public CafeControllers(ClusterView view, Balancers balancers, KubernetesApi api, TimeProvider time)
    {
        _view = view;
        _balancers = balancers;
        _memory = new(time);
        _observer = new(view, balancers, _memory, new(view, time), time);
        var pods = new PodActs(api, _memory, time);
        var history = new HistoryActs(api, _memory);
        _cafeActor = new(api, _memory, pods, history);
        _setActor = new(api, _memory, pods, history);
        _cafes = new(time);
        _sets = new(time);
        view.CafeDeployments.Changed += OnCafe;
        view.InPlaceSets.Changed += OnSet;
        view.ReplicaSets.Changed += OnBuiltIn;
        view.StatefulSets.Changed += OnBuiltIn;
        view.History.Changed += OnHistory;
        view.Pods.Changed += OnPod;
        view.Units.Changed += () => WakeAll();
        view.SharesChanged += ns =>
        {
            foreach (var cafe in view.CafesByNamespace.Get(ns)) _cafes.AddAfter(cafe.Key, Flock);
        };
        view.Budgets.Changed += change => WakeSets((change.New ?? change.Old)!.Key.Namespace);
    }

    public Task RunAsync(int workers, ILogger log, CancellationToken cancellation) => Task.WhenAll(
        new Controller("cafedeployments", _cafes, ReconcileCafeAsync, workers, log).RunAsync(cancellation),
        new Controller("inplacesets", _sets, ReconcileSetAsync, workers, log).RunAsync(cancellation));

    async Task<Requeue> ReconcileCafeAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (_view.CafeDeployments.Get(key) is not { } cafe) return Requeue.OnChange;
        var workload = CafeWorkload.Of(cafe);
        var asks = _balancers.MustAsk(workload) && BringsNews(cafe);
        if (asks) await _balancers.AskAsync(workload, cancellation);
        CafeObservation seen;
        CafeDecision decision;
        lock (_memory.Gate)
        {
            seen = _observer.Observe(cafe);
            decision = CafeDecision.Decide(seen);
            foreach (var pod in decision.Changes.OfType<CafeChange.EvictPod>()) _memory.Acting(pod.Pod, goes: true);
        }

        var again = await _cafeActor.ActAsync(seen, decision, cancellation);
        if (asks && seen.StaysAt is not null) again = Requeue.Sooner(again, Requeue.After(AskAgain));
        return Requeue.Sooner(again, _memory.NextLook(seen.Sets.Where(set => set.Kind != Kinds.InPlaceSets.Kind).SelectMany(set => set.Pods)));
    }

    /// <summary>Its template is not the one recorded: before that goes out, every balancer must have been heard.</summary>
    static bool BringsNews(CafeDeployment cafe) =>
        Rollout.Read(cafe.Metadata.Annotations?.GetValueOrDefault(Names.Rollout)) is { } recorded && recorded.Revision != TemplateRevision.HashOf(cafe.Spec.Template);

    async Task<Requeue> ReconcileSetAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (_view.InPlaceSets.Get(key) is not { } set) return Requeue.OnChange;
        InPlaceSetObservation seen;
        InPlaceSetDecision decision;
        lock (_memory.Gate)
        {
            seen = _observer.Observe(set);
            decision = InPlaceSetDecision.Decide(seen);
            foreach (var change in decision.Changes) Note(change);
        }

        var again = await _setActor.ActAsync(seen, decision, cancellation);
        return Requeue.Sooner(again, _memory.NextLook(seen.Pods));
    }

    void Note(InPlaceSetChange change)
    {
        switch (change)
        {
            case InPlaceSetChange.Evict(var pod): _memory.Acting(pod, goes: true); break;
            case InPlaceSetChange.Delete(var pod): _memory.Acting(pod, goes: true); break;
            case InPlaceSetChange.Upgrade(var pod, _): _memory.Acting(pod, goes: false); break;
        }
    }

    void OnCafe(StoreChange<CafeDeployment> change)
    {
        var cafe = (change.New ?? change.Old)!;
        _cafes.Add(cafe.Key);
        foreach (var set in _view.InPlaceSetsByOwner.Get(cafe.Uid)) _sets.AddAfter(set.Key, Flock);
        if (change.New is null) Forget(cafe);

        // One that comes or goes may overlap, or free, another.
        if (change.Old is null || change.New is null)
        {
            foreach (var other in _view.CafesByNamespace.Get(cafe.Key.Namespace)) _cafes.Add(other.Key);
        }
    }

    void Forget(CafeDeployment cafe)
    {
        _memory.Gone(cafe.Uid);
        lock (_memory.Gate) _memory.Cafes.Forget(cafe.Uid);
    }

    void OnSet(StoreChange<InPlaceSet> change)
    {
        var set = (change.New ?? change.Old)!;
        _sets.Add(set.Key);
        if (change.New is null)
        {
            _memory.Gone(set.Uid);
            lock (_memory.Gate) _memory.Sets.Forget(set.Uid);
        }

        if (set.Controller is { Kind: "CafeDeployment" } owner) _cafes.Add(new(set.Key.Namespace, owner.Name));
    }

    void OnBuiltIn(StoreChange<Workload> change)
    {
        var set = (change.New ?? change.Old)!;
        if (set.Controller is not { Kind: "CafeDeployment" } owner) return;
        if (change.New is null)
        {
            lock (_memory.Gate) _memory.BuiltIns.Forget(set.Uid);
        }

        _cafes.Add(new(set.Key.Namespace, owner.Name));
    }

    void OnHistory(StoreChange<HistoryEntry> change)
    {
        var entry = (change.New ?? change.Old)!;
        if (change.New is null)
        {
            lock (_memory.Gate) _memory.History.Forget(entry.Uid);
        }

        if (entry.Owner is { Kind: "CafeDeployment" } cafe) _cafes.AddAfter(new(entry.Key.Namespace, cafe.Name), Flock);
        if (entry.Owner is { Kind: "InPlaceSet" } set) _sets.AddAfter(new(entry.Key.Namespace, set.Name), Flock);
    }

    void OnPod(StoreChange<Pod> change)
    {
        var pod = (change.New ?? change.Old)!;
        if (change.New is null)
        {
            lock (_memory.Gate) _memory.Pods.Forget(pod.Uid);
        }

        Wake(pod);

        // Let go by its owner, or in the way of a pod that is wanted under its name.
        if (change.Old?.Controller is { } before && before != pod.Controller) Wake(change.Old);
        if (pod.Controller is not { Kind: "InPlaceSet" })
        {
            foreach (var set in _view.InPlaceSetsByNamespace.Get(pod.Key.Namespace))
            {
                if (PodSetNames.Ordinal(set.Key.Name, pod.Name) is not null) _sets.AddAfter(set.Key, Flock);
            }
        }
    }

    void Wake(Pod pod)
    {
        if (pod.Controller is { Kind: "InPlaceSet" } owner) _sets.AddAfter(new(pod.Key.Namespace, owner.Name), Flock);
        if (pod.Controller is { Kind: "InPlaceSet" or "ReplicaSet" or "StatefulSet" } && _view.WorkloadOf(pod) is { Kind: "CafeDeployment" } cafe) _cafes.AddAfter(cafe.Key, Flock);
    }

    void WakeAll()
    {
        foreach (var cafe in _view.CafeDeployments.All()) _cafes.AddAfter(cafe.Key, Flock);
    }

    void WakeSets(string ns)
    {
        foreach (var set in _view.InPlaceSetsByNamespace.Get(ns)) _sets.AddAfter(set.Key, Flock);
    }
}
