namespace Slipway.Tickets;

/// <summary>One group while it is being decided about: its records merged, its pods with their results so far.</summary>
public sealed class GroupRun
{
    static readonly int States = Enum.GetValues<PodState>().Length;

    readonly IReadOnlyList<OpsTicketGroup> _parts;

    GroupRun(IReadOnlyList<OpsTicketGroup> parts)
    {
        _parts = parts;
        Number = parts[0].Spec.Number;
        Name = parts[0].Spec.Name;
        StartedAt = parts.All(part => part.Status?.StartedAt is not null) ? parts.Max(part => part.Status!.StartedAt) : null;
        FinishedAt = parts.All(part => part.Status?.FinishedAt is not null) ? parts.Max(part => part.Status!.FinishedAt) : null;
        Newest = [.. parts.SelectMany(part => part.Status?.Newest ?? []).DistinctBy(newest => newest.WorkloadUid)];
        ScaleIns = [.. parts.SelectMany(part => part.Status?.ScaleIns ?? [])];
        Pods = parts.SelectMany(PodsOf).ToArray();
    }

    public int Number { get; }
    public string Name { get; }
    public IReadOnlyList<PodRun> Pods { get; }
    public DateTimeOffset? StartedAt { get; private set; }
    public DateTimeOffset? FinishedAt { get; private set; }
    public IReadOnlyList<NewestPods> Newest { get; private set; }

    /// <summary>ScaleIn: what is under way, at most one a workload.</summary>
    public IReadOnlyList<ScaleInRecord> ScaleIns { get; private set; }

    /// <summary>Its baseline is stored: from now on, acts on its pods may have happened.</summary>
    public bool IsStarted => StartedAt is not null;

    public bool IsDone => Pods.All(pod => pod.IsDone);

    public GroupState State => this switch
    {
        { IsDone: true } when Pods.All(pod => pod.Result.State == PodState.Skipped) => GroupState.Skipped,
        { IsDone: true } when Pods.Any(pod => pod.Result.State == PodState.UpdateFailed) => GroupState.Failed,
        { IsDone: true } => GroupState.Succeeded,
        { IsStarted: true } => GroupState.Executing,
        _ => GroupState.Waiting,
    };

    public static IReadOnlyList<GroupRun> Of(IReadOnlyList<OpsTicketGroup> records) =>
    [
        .. records.GroupBy(record => record.Spec.Number).OrderBy(group => group.Key)
            .Select(group => new GroupRun([.. group.OrderBy(record => record.Spec.Part)])),
    ];

    public void Start(DateTimeOffset now, IReadOnlyList<NewestPods> newest)
    {
        StartedAt = now;
        Newest = newest;
    }

    public void Begin(ScaleInRecord scaleIn) => ScaleIns = [.. ScaleIns, scaleIn];

    public void End(ScaleInRecord scaleIn) => ScaleIns = [.. ScaleIns.Where(other => other != scaleIn)];

    /// <summary>A retried or newly started group is open again; a done one is closed.</summary>
    public void Close(DateTimeOffset now) => FinishedAt = IsDone ? FinishedAt ?? now : null;

    /// <summary>The records whose status differs from what is stored.</summary>
    public IEnumerable<TicketChange.RecordGroup> Changes(bool writeAhead)
    {
        if (State == GroupState.Waiting && Pods.All(pod => pod.IsWaiting)) yield break;
        var at = 0;
        foreach (var part in _parts)
        {
            var pods = Pods.Skip(at).Take(part.Spec.Pods.Count).Select(pod => pod.Result).ToList();
            at += part.Spec.Pods.Count;
            var status = new OpsTicketGroupStatus { State = State, StartedAt = StartedAt, FinishedAt = FinishedAt, Newest = Newest.Count == 0 ? null : Newest, ScaleIns = part == _parts[0] && ScaleIns.Count > 0 ? ScaleIns : null, Pods = pods };
            if (!Same(part.Status, status)) yield return new(part, status, writeAhead);
        }
    }

    public PodCounts Counts => CountsOf(Pods);

    public static PodCounts CountsOf(IEnumerable<PodRun> pods)
    {
        Span<int> states = stackalloc int[States];
        var total = 0;
        foreach (var pod in pods)
        {
            states[(int)pod.Result.State]++;
            total++;
        }

        return new()
        {
            Total = total,
            NotUpdated = states[(int)PodState.NotUpdated],
            Updating = states[(int)PodState.Updating],
            Successful = states[(int)PodState.UpdateSuccessful],
            Failed = states[(int)PodState.UpdateFailed],
            Skipped = states[(int)PodState.Skipped],
        };
    }

    IEnumerable<PodRun> PodsOf(OpsTicketGroup part) =>
        part.Spec.Pods.Select((pod, index) => new PodRun(
            pod,
            (part.Status?.Pods ?? []).ElementAtOrDefault(index) ?? new PodResult { Name = pod.Name, State = PodState.NotUpdated },
            part.Spec,
            index));

    static bool Same(OpsTicketGroupStatus? stored, OpsTicketGroupStatus status) =>
        stored is not null
        && stored.State == status.State && stored.StartedAt == status.StartedAt && stored.FinishedAt == status.FinishedAt
        && (stored.Newest?.Count ?? 0) == (status.Newest?.Count ?? 0)
        && (stored.ScaleIns ?? []).SequenceEqual(status.ScaleIns ?? [])
        && (stored.Pods ?? []).Count == status.Pods!.Count
        && (stored.Pods ?? []).Zip(status.Pods).All(pair => ReferenceEquals(pair.First, pair.Second) || pair.First == pair.Second);
}

/// <summary>One pod of a group while it is being decided about.</summary>
/// <param name="frozen">The pod as it was chosen.</param>
/// <param name="result">What has become of it so far.</param>
/// <param name="record">The record that it is in.</param>
/// <param name="index">Where in the record.</param>
public sealed class PodRun(FrozenPod frozen, PodResult result, OpsTicketGroupSpec record, int index)
{
    public FrozenPod Frozen { get; } = frozen;
    public PodResult Result { get; set; } = result;

    /// <summary>Names what the ticket creates for this attempt: <c>ot-1-2-1-7-1</c>, ticket, group, part, pod and attempt.</summary>
    public string WorkName => $"{record.Ticket}-{record.Number}-{record.Part}-{index + 1}-{Result.Attempt ?? 1}";

    public bool IsDone => Result.State is PodState.UpdateSuccessful or PodState.UpdateFailed or PodState.Skipped;

    public bool IsWaiting => Result.State == PodState.NotUpdated;

    public bool IsUpdating => Result.State == PodState.Updating;

    public bool HasFailed => Result.State == PodState.UpdateFailed;

    /// <summary>An act that is due on it besides the group's turn.</summary>
    public TicketChange.PodChange? Due { get; set; }

    /// <summary>It carries a mark of this ticket that is to go.</summary>
    public bool IsReturning { get; set; }

    /// <summary>Says in one sentence where it stands. Mostly that is what was said the last time, and the result stays as it is.</summary>
    public void Explain(string? reason)
    {
        if (Result.Reason != reason) Result = Result with { Reason = reason };
    }

    public void Skip(string reason, DateTimeOffset now) => Result = Result with { State = PodState.Skipped, Reason = reason, FinishedAt = now };
}
