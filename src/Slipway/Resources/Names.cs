namespace Slipway.Resources;

/// <summary>Labels, annotations and finalizers that Slipway reads or writes.</summary>
public static class Names
{
    /// <summary>Label of a node: the deployment unit it belongs to.</summary>
    public const string UnitLabel = "slipway.dev/unit";

    /// <summary>Label of what a ticket owns: the ticket's UID.</summary>
    public const string TicketLabel = "slipway.dev/ticket";

    /// <summary>Finalizer of a ticket that is being carried out: it is cancelled in good order before it goes.</summary>
    public const string TicketFinalizer = "slipway.dev/ticket";

    /// <summary>Readiness gate of a pod, and its condition: closed while a ticket holds the pod out of traffic.</summary>
    public const string TrafficGate = "slipway.dev/in-traffic";

    /// <summary>Annotation of a pod whose labels a ticket holds back: who holds them, and the labels as they were.</summary>
    public const string TrafficMark = "slipway.dev/out-of-traffic";

    /// <summary>Annotation of a pod that is marked to go first: the UID of the ticket that scales it in.</summary>
    public const string ScaleInAnnotation = "slipway.dev/scale-in";

    /// <summary>Annotation of a pod: what a ReplicaSet compares when it has to give pods up (Kubernetes, "Pod deletion cost").</summary>
    public const string DeletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    /// <summary>Annotation of a route: the pod weights that its totals follow, by backend Service, each with the total last written for it.</summary>
    public const string PodWeights = "slipway.dev/pod-weights";

    /// <summary>Unit of pods whose node belongs to none.</summary>
    public const string NoUnit = "-";

    /// <summary>Label of a pod: the deployment unit it was made for. Its InPlaceSet selects by it.</summary>
    public const string DeployUnitLabel = "deployUnit";

    /// <summary>Label of a pod: the revision of its template (as StatefulSet and DaemonSet pods have it).</summary>
    public const string RevisionLabel = "controller-revision-hash";

    /// <summary>Annotation of a CafeDeployment: set to <c>"false"</c> where an upgrade waits, by a person to <c>"true"</c> to go on.</summary>
    public const string UpgradeConfirmed = "cafe.sofastack.io/upgrade-confirmed";

    /// <summary>Annotation of a CafeDeployment: the revision number to roll back to, or 0 for the one before.</summary>
    public const string RollBackTo = "slipway.dev/roll-back-to";

    /// <summary>Annotation of a CafeDeployment: which revision goes where, and through which group.</summary>
    public const string Rollout = "slipway.dev/rollout";

    /// <summary>Annotation of a unit's set: the revision it holds and a hash of all that was written into it.</summary>
    public const string MadeFrom = "slipway.dev/made-from";

    /// <summary>Annotation of a pod: its containers, as they were before the upgrade in place that is to restart them.</summary>
    public const string RestartedFrom = "slipway.dev/upgraded-from";

    /// <summary>Field manager and event source of the operator.</summary>
    public const string Operator = "slipway";
}
