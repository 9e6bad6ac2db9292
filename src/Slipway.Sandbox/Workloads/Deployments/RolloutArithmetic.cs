namespace Slipway.Sandbox.Workloads.Deployments;

/// <summary>The replica counts of one ReplicaSet that a rollout reckons with, oldest first in lists.</summary>
readonly record struct SetSize(string Name, int Wanted, int Available);

/// <summary>How a rolling update moves replicas (kubernetes/pkg/controller/deployment, <c>rolling.go</c> and <c>sync.go</c>). Pure.</summary>
static class RolloutArithmetic
{
    /// <summary>How many replicas the new set should have now: as many as the surge still allows.</summary>
    public static int NewSetSize(int replicas, int maxSurge, int newWanted, int allWanted)
    {
        if (newWanted >= replicas) return replicas;
        var room = replicas + maxSurge - allWanted;
        return room <= 0 ? newWanted : newWanted + Math.Min(room, replicas - newWanted);
    }

    /// <summary>The sizes old sets should have now: replicas that are not available go first, then what availability permits.</summary>
    public static IReadOnlyList<SetSize> OldSetSizes(int replicas, int maxUnavailable, SetSize newSet, IReadOnlyList<SetSize> oldSets)
    {
        var minAvailable = replicas - maxUnavailable;
        var newUnavailable = newSet.Wanted - newSet.Available;
        var mayGo = newSet.Wanted + oldSets.Sum(set => set.Wanted) - minAvailable - newUnavailable;
        return mayGo <= 0 ? oldSets : ScaledDown(WithoutUnavailable(oldSets, mayGo), newSet.Available + oldSets.Sum(set => set.Available) - minAvailable);
    }

    /// <summary>Sizes after the Deployment was resized in the middle of a rollout: each set keeps its share, the newest of the largest takes the rest.</summary>
    public static IReadOnlyDictionary<string, int> Proportional(int allowed, IReadOnlyList<(string Name, int Wanted, int AnnotatedMax)> largestFirst)
    {
        var toAdd = allowed - largestFirst.Sum(set => set.Wanted);
        var added = 0;
        var sizes = new Dictionary<string, int>();
        foreach (var (name, wanted, annotatedMax) in largestFirst)
        {
            var share = toAdd == 0 ? 0 : Share(wanted, allowed, annotatedMax, toAdd - added);
            sizes[name] = wanted + share;
            added += share;
        }
        if (largestFirst.Count > 0) sizes[largestFirst[0].Name] = Math.Max(0, sizes[largestFirst[0].Name] + toAdd - added);
        return sizes;
    }

    static int Share(int wanted, int allowed, int annotatedMax, int left)
    {
        if (wanted == 0 || left == 0) return 0;
        var resized = (int)Math.Round((double)wanted * allowed / Math.Max(annotatedMax, 1), MidpointRounding.AwayFromZero);
        var fraction = resized - wanted;
        return left > 0 ? Math.Min(fraction, left) : Math.Max(fraction, left);
    }

    static List<SetSize> WithoutUnavailable(IReadOnlyList<SetSize> oldSets, int mayGo) =>
        Reduced(oldSets, mayGo, set => Math.Max(0, set.Wanted - set.Available));

    static List<SetSize> ScaledDown(IReadOnlyList<SetSize> oldSets, int mayGo) => Reduced(oldSets, mayGo, set => set.Wanted);

    static List<SetSize> Reduced(IReadOnlyList<SetSize> oldSets, int mayGo, Func<SetSize, int> surplus)
    {
        List<SetSize> sizes = [];
        foreach (var set in oldSets)
        {
            var gone = Math.Clamp(surplus(set), 0, Math.Max(0, mayGo));
            mayGo -= gone;
            sizes.Add(set with { Wanted = set.Wanted - gone });
        }
        return sizes;
    }
}
