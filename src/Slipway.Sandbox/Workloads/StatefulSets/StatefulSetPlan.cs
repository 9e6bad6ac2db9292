namespace Slipway.Sandbox.Workloads.StatefulSets;

/// <summary>One thing to do to the pods of a StatefulSet.</summary>
abstract record StatefulSetMove
{
    StatefulSetMove() { }

    public sealed record Create(int Ordinal, string Revision) : StatefulSetMove;

    public sealed record Delete(PodFacts Pod) : StatefulSetMove;
}

/// <summary>What a StatefulSet does next (kubernetes/pkg/controller/statefulset, <c>updateStatefulSet</c>). Pure.</summary>
static class StatefulSetPlan
{
    public static IReadOnlyList<StatefulSetMove> Of(StatefulSetObservation seen)
    {
        List<StatefulSetMove> moves = [];
        var settled = FillOrdinals(seen, moves) && DropCondemned(seen, moves);
        if (settled && seen.IsRollingUpdate && NextToUpdate(seen) is { } outdated) moves.Add(new StatefulSetMove.Delete(outdated));
        return moves;
    }

    // False: the set has to wait before it goes on.
    static bool FillOrdinals(StatefulSetObservation seen, List<StatefulSetMove> moves)
    {
        for (var ordinal = seen.First; ordinal < seen.End; ordinal++)
        {
            var pod = seen[ordinal];
            if (pod is null) moves.Add(new StatefulSetMove.Create(ordinal, RevisionFor(seen, ordinal)));
            else if (pod is { IsFinished: true, IsDeleting: false }) moves.Add(new StatefulSetMove.Delete(pod));
            else if (seen.IsParallel || seen.IsAvailable(pod)) continue;
            if (!seen.IsParallel) return false;
        }
        return true;
    }

    static bool DropCondemned(StatefulSetObservation seen, List<StatefulSetMove> moves)
    {
        var firstUnhealthy = FirstUnhealthy(seen);
        foreach (var pod in seen.Condemned)
        {
            if (pod.IsDeleting)
            {
                if (!seen.IsParallel) return false;
                continue;
            }
            if (!seen.IsParallel && !seen.IsAvailable(pod) && pod != firstUnhealthy) return false;
            moves.Add(new StatefulSetMove.Delete(pod));
            if (!seen.IsParallel) return false;
        }
        return true;
    }

    // An update takes the highest outdated ordinal, and only while those above it are healthy.
    static PodFacts? NextToUpdate(StatefulSetObservation seen)
    {
        for (var ordinal = seen.End - 1; ordinal >= seen.First + seen.Partition; ordinal--)
        {
            if (seen[ordinal] is not { } pod) return null;
            if (StatefulSetObservation.RevisionOf(pod) != seen.UpdateRevision && !pod.IsDeleting) return pod;
            if (!seen.IsAvailable(pod)) return null;
        }
        return null;
    }

    static string RevisionFor(StatefulSetObservation seen, int ordinal) =>
        seen.IsRollingUpdate && ordinal < seen.First + seen.Partition ? seen.CurrentRevision : seen.UpdateRevision;

    // The lowest ordinal wanted that is not well, or else the lowest condemned one.
    static PodFacts? FirstUnhealthy(StatefulSetObservation seen)
    {
        var condemned = seen.Condemned.Reverse().ToArray();
        return seen.Pods.Except(condemned).Concat(condemned).FirstOrDefault(pod => !StatefulSetObservation.IsHealthy(pod));
    }
}
