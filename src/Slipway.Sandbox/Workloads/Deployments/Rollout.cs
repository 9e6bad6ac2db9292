namespace Slipway.Sandbox.Workloads.Deployments;

/// <summary>A Deployment and its ReplicaSets at one moment: which is the new one, and what sizes they should have. Pure.</summary>
sealed class Rollout
{
    public const string DesiredAnnotation = "deployment.kubernetes.io/desired-replicas";
    public const string MaxAnnotation = "deployment.kubernetes.io/max-replicas";

    public Rollout(SelectingObject deployment, IEnumerable<SelectingObject> sets)
    {
        Deployment = deployment;
        Spec = new(deployment);
        AllSets = [.. sets.OrderBy(Created).ThenBy(set => set.Key.Name, StringComparer.Ordinal)];
        NewSet = AllSets.FirstOrDefault(set => PodTemplate.AreEqual(set.Json.At("spec", "template"), Spec.Template));
        OldSets = [.. AllSets.Where(set => set != NewSet)];
    }

    public SelectingObject Deployment { get; }
    public DeploymentSpec Spec { get; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<SelectingObject> AllSets { get; }

    /// <summary>The set of today's template; null before it is made.</summary>
    public SelectingObject? NewSet { get; }

    public IReadOnlyList<SelectingObject> OldSets { get; }

    /// <summary>The Deployment's replicas changed since its sets were last sized.</summary>
    public bool IsResized => AllSets.Any(set => set.Replicas > 0 && Annotated(set, DesiredAnnotation) is { } desired && desired != Spec.Replicas);

    public int NewSetSize => Spec.IsRecreate
        ? Spec.Replicas
        : RolloutArithmetic.NewSetSize(Spec.Replicas, Spec.MaxSurge, NewSet?.Replicas ?? 0, AllSets.Sum(set => set.Replicas));

    /// <summary>Sizes for one move of a rolling update: the new set first, and only when it stays the old ones.</summary>
    public IReadOnlyDictionary<string, int> RollingSizes()
    {
        if (NewSet is null) return new Dictionary<string, int>();
        if (NewSetSize != NewSet.Replicas) return new Dictionary<string, int> { [NewSet.Key.Name] = NewSetSize };
        return RolloutArithmetic.OldSetSizes(Spec.Replicas, Spec.MaxUnavailable, Size(NewSet), [.. OldSets.Select(Size)]).ToDictionary(size => size.Name, size => size.Wanted);
    }

    /// <summary>Sizes for a Recreate rollout: old sets go to nothing before the new one grows.</summary>
    public IReadOnlyDictionary<string, int> RecreateSizes()
    {
        if (OldSets.Any(set => set.Replicas > 0)) return OldSets.ToDictionary(set => set.Key.Name, _ => 0);
        return NewSet is null ? new Dictionary<string, int>() : new Dictionary<string, int> { [NewSet.Key.Name] = Spec.Replicas };
    }

    /// <summary>Sizes after the Deployment itself was resized, or while it is paused.</summary>
    public IReadOnlyDictionary<string, int> ResizedSizes()
    {
        var active = AllSets.Where(set => set.Replicas > 0).ToArray();
        if (active.Length <= 1)
        {
            var only = active.Concat(NewSet is null ? OldSets.Reverse() : [NewSet]).FirstOrDefault();
            return only is null ? new Dictionary<string, int>() : new Dictionary<string, int> { [only.Key.Name] = Spec.Replicas };
        }
        if (IsSaturated) return OldSets.ToDictionary(set => set.Key.Name, _ => 0);
        return Spec.IsRecreate ? new Dictionary<string, int>() : Proportional(active);
    }

    /// <summary>What a set notes of the whole of which it is a share.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> SizeAnnotations => [new(DesiredAnnotation, $"{Spec.Replicas}"), new(MaxAnnotation, $"{Spec.Replicas + Spec.MaxSurge}")];

    static int Available(SelectingObject set) => set.Json.Number("status", "availableReplicas") ?? 0;

    bool IsSaturated => NewSet is { } set && set.Replicas == Spec.Replicas && Annotated(set, DesiredAnnotation) == Spec.Replicas && Available(set) == Spec.Replicas;

    IReadOnlyDictionary<string, int> Proportional(SelectingObject[] active)
    {
        var allowed = Spec.Replicas > 0 ? Spec.Replicas + Spec.MaxSurge : 0;
        var grows = allowed > active.Sum(set => set.Replicas);
        var bySize = active.OrderByDescending(set => set.Replicas);
        var ordered = grows ? bySize.ThenByDescending(Created) : bySize.ThenBy(Created);
        return RolloutArithmetic.Proportional(allowed, [.. ordered.Select(set => (set.Key.Name, set.Replicas, Annotated(set, MaxAnnotation) ?? Spec.Replicas))]);
    }

    static SetSize Size(SelectingObject set) => new(set.Key.Name, set.Replicas, Available(set));

    static DateTimeOffset? Created(SelectingObject set) => set.Json.Instant("metadata", "creationTimestamp");

    static int? Annotated(SelectingObject set, string annotation) => int.TryParse(set.Json.Text("metadata", "annotations", annotation), out var value) ? value : null;
}
