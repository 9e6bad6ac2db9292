using Slipway.Resources;

namespace Slipway.Sandbox.Workloads;

/// <summary>Something a workload may control.</summary>
interface IOwned : IMirrored
{
    ControllerRef? Controller { get; }
    bool IsDeleting { get; }
}

/// <summary>
/// What belongs to a workload: objects whose controller reference carries its UID. Matching orphans are adopted, those
/// that no longer match are released (kubernetes/pkg/controller, <c>controller_ref_manager.go</c>).
/// </summary>
sealed class Claims<T>(ClusterView view, MirrorIndex<T> byOwner, Mirror<SelectingObject> workloads, ResourceType type) where T : class, IOwned
{
    readonly MirrorIndex<SelectingObject> byNamespace = workloads.IndexBy(workload => [workload.Key.Namespace]);

    /// <summary>A further demand on orphans, such as a name of the right form.</summary>
    public Func<SelectingObject, T, bool> MayAdopt { get; init; } = (_, _) => true;

    /// <summary>What a workload owns, as it is after adoption and release.</summary>
    public List<T> Of(SelectingObject workload)
    {
        List<T> claimed = [];
        var isDeleting = workload.IsDeleting;
        foreach (var owned in byOwner[workload.Uid])
        {
            if (isDeleting || workload.Selects(owned.Stored.Key.Namespace, owned.Stored.Labels)) claimed.Add(owned);
            else if (!owned.IsDeleting) Ownership.Release(view.Objects, owned.Stored, workload.Uid);
        }
        if (!isDeleting) claimed.AddRange(Adopted(workload));
        return claimed;
    }

    /// <summary>Adds the workloads that a change concerns: controllers before and after, or those that would adopt.</summary>
    public void Concerned(T? old, T? seen, Action<ObjectKey> add)
    {
        AddController(old, add);
        AddController(seen, add);
        if (seen is not { Controller: null }) return;
        foreach (var workload in byNamespace[seen.Stored.Key.Namespace])
        {
            if (workload.Selects(seen.Stored.Key.Namespace, seen.Stored.Labels)) add(workload.Key);
        }
    }

    List<T> Adopted(SelectingObject workload)
    {
        List<T> adopted = [];
        foreach (var orphan in byOwner[Ownership.Orphans(workload.Key.Namespace)])
        {
            if (orphan.IsDeleting || !workload.Selects(orphan.Stored.Key.Namespace, orphan.Stored.Labels) || !MayAdopt(workload, orphan)) continue;
            Ownership.Adopt(view.Objects, orphan.Stored, workload.Stored);
            adopted.Add(orphan);
        }
        return adopted;
    }

    void AddController(T? owned, Action<ObjectKey> add)
    {
        if (owned?.Controller is { } owner && owner.Kind == type.Kind && owner.ApiVersion == type.ApiVersion) add(new(owned.Stored.Key.Namespace, owner.Name));
    }
}
