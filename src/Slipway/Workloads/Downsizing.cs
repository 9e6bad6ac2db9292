using System.Diagnostics;
using System.Globalization;
using Slipway.CafeDeployments;

namespace Slipway.Workloads;

/// <summary>One write that lowers a workload's replicas so that chosen pods go.</summary>
public abstract record Downsizing
{
    Downsizing() { }

    public required int Replicas { get; init; }

    /// <summary>Deployment, ReplicaSet: nothing but the number; pods that are marked go first.</summary>
    public sealed record ByCost : Downsizing;

    /// <summary>StatefulSet: the ordinals that stay, from the first.</summary>
    public sealed record ByOrdinals(int First) : Downsizing;

    /// <summary>Advanced StatefulSet: ordinals that no pod may have, those of the pods that go among them.</summary>
    public sealed record ByReservation(IReadOnlyList<string> Reserved) : Downsizing;

    /// <summary>CloneSet: names of the pods that are to be deleted.</summary>
    public sealed record ByName(IReadOnlyList<string> PodsToDelete) : Downsizing;

    /// <summary>CafeDeployment: names of the pods that go, and the numbers of their units.</summary>
    public sealed record ByUnit(CafeDeployment Seen, SpecifiedScaleIn.Possible Spec) : Downsizing;

    /// <summary>The write for these pods of a workload, or a sentence saying why there is none.</summary>
    public static (Downsizing? Write, string? Refusal) Of(Workload workload, IReadOnlyList<string> pods)
    {
        var replicas = workload.Desired - pods.Count;
        return workload switch
        {
            _ when replicas < 0 => (null, $"{workload} asks for {workload.Desired} replicas, fewer than the {pods.Count} pods that are to go"),
            { Kind: "Deployment" or "ReplicaSet" } => (new ByCost { Replicas = replicas }, null),
            { Kind: "CloneSet" } => (new ByName([.. workload.PodsToDelete, .. pods.Except(workload.PodsToDelete)]) { Replicas = replicas }, null),
            { Kind: "CafeDeployment", Cafe: { } cafe } => OfCafe(workload, cafe, pods, replicas),
            { Kind: "StatefulSet", IsAdvanced: true } => OfAdvanced(workload, pods, replicas),
            { Kind: "StatefulSet" } => OfStatefulSet(workload, pods, replicas),
            _ => (null, $"{workload} cannot be scaled in by name; a CafeDeployment, Deployment, ReplicaSet, StatefulSet or CloneSet can"),
        };
    }

    /// <summary>The workload as it is once the write is done; for looking ahead.</summary>
    public Workload Apply(Workload workload) => this switch
    {
        ByCost => workload with { Desired = Replicas },
        ByOrdinals ordinals => workload with { Desired = Replicas, FirstOrdinal = ordinals.First },
        ByReservation reservation => workload with { Desired = Replicas, ReservedOrdinals = reservation.Reserved },
        ByName => workload with { Desired = Replicas },
        ByUnit unit => workload with { Desired = Replicas, Cafe = unit.Seen with { Spec = unit.Spec.ApplyTo(unit.Seen.Spec) } },
        _ => throw new UnreachableException(),
    };

    /// <remarks>The API gives a StatefulSet a number of replicas and, since Kubernetes 1.27, the ordinal of the first: what stays has no gaps.</remarks>
    static (Downsizing?, string?) OfStatefulSet(Workload workload, IReadOnlyList<string> pods, int replicas)
    {
        var wanted = PodOrdinals.Wanted(workload);
        if (Stranger(workload, wanted, pods) is { } stranger) return (null, stranger);
        var going = pods.Select(pod => PodOrdinals.Of(workload, pod)!.Value).ToHashSet();
        var stay = wanted.Where(ordinal => !going.Contains(ordinal)).ToList();
        if (stay.Count == 0) return (new ByOrdinals(workload.FirstOrdinal) { Replicas = 0 }, null);
        if (stay[^1] - stay[0] + 1 == stay.Count) return (new ByOrdinals(stay[0]) { Replicas = replicas }, null);

        var inside = pods.Where(pod => PodOrdinals.Of(workload, pod) is { } ordinal && ordinal > stay[0] && ordinal < stay[^1]).Order(NaturalOrder.Names).ToList();
        return (null,
            $"{workload} gives up pods at its ends only: {Names(inside)} {(inside.Count == 1 ? "is" : "are")} between {Name(workload, stay[0])} and {Name(workload, stay[^1])}, which stay; "
            + $"{Names([.. wanted.TakeLast(pods.Count).Select(ordinal => Name(workload, ordinal))])}, or {Names([.. wanted.Take(pods.Count).Select(ordinal => Name(workload, ordinal))])}, would do");
    }

    /// <summary>Ordinals above all that stay need no reservation: fewer replicas do without them, and the list stays short.</summary>
    static (Downsizing?, string?) OfAdvanced(Workload workload, IReadOnlyList<string> pods, int replicas)
    {
        var wanted = PodOrdinals.Wanted(workload);
        if (Stranger(workload, wanted, pods) is { } stranger) return (null, stranger);
        var going = pods.Select(pod => PodOrdinals.Of(workload, pod)!.Value).ToHashSet();
        var last = wanted.Where(ordinal => !going.Contains(ordinal)).DefaultIfEmpty(-1).Max();
        var reserved = going.Where(ordinal => ordinal < last).Order().Select(ordinal => ordinal.ToString(CultureInfo.InvariantCulture));
        return (new ByReservation([.. workload.ReservedOrdinals, .. reserved]) { Replicas = replicas }, null);
    }

    static (Downsizing?, string?) OfCafe(Workload workload, CafeDeployment cafe, IReadOnlyList<string> pods, int replicas) => SpecifiedScaleIn.Of(cafe, pods) switch
    {
        SpecifiedScaleIn.Refused refused => (null, refused.Reason),
        SpecifiedScaleIn.Possible possible when possible.Replicas != replicas => (null, $"{workload} is scaling in some of these pods already"),
        SpecifiedScaleIn.Possible possible => (new ByUnit(cafe, possible) { Replicas = replicas }, null),
        _ => throw new UnreachableException(),
    };

    static string? Stranger(Workload workload, IReadOnlyList<int> wanted, IReadOnlyList<string> pods)
    {
        var stranger = pods.FirstOrDefault(pod => PodOrdinals.Of(workload, pod) is not { } ordinal || !wanted.Contains(ordinal));
        return stranger is null ? null : $"Pod {stranger} is none of the {workload.Desired} that {workload} asks for; it goes by itself";
    }

    static string Name(Workload workload, int ordinal) => $"{workload.Name}-{ordinal}";

    internal static string Names(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "none",
        1 => names[0],
        <= 5 => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
        _ => $"{string.Join(", ", names.Take(4))} and {names.Count - 4} more",
    };
}
