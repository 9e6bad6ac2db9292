using Slipway.Tickets;
using Slipway.Web.Looks;

namespace Slipway.Cli.Output;

/// <summary>One line of the live view, with what it means.</summary>
sealed record TreeLine(int Depth, string Text, Tone Tone);

/// <summary>A ticket as a tree: group, service, pod. Pods that say the same are told once.</summary>
static class TicketTree
{
    /// <summary>Most pod lines of a group; the rest is counted.</summary>
    const int MostPods = 20;

    /// <summary>The tree; of groups that are not at work the pods too, if <paramref name="whole"/>.</summary>
    public static IReadOnlyList<TreeLine> Render(TicketSight sight, DateTimeOffset now, bool whole = false) =>
        [.. Header(sight), .. (sight.Ticket.Status?.Groups ?? []).SelectMany(group => Group(sight, group, now, whole))];

    static IEnumerable<TreeLine> Header(TicketSight sight)
    {
        var (spec, status) = (sight.Ticket.Spec, sight.Ticket.Status);
        var look = Look.Of(sight.Phase);
        yield return new(0, $"{look.Sign} {sight.Ticket.Key.Name}  {spec.Operation}: {spec.Title}", look.Tone);
        yield return new(0, $"  {look.Word}  {Bar(status?.Counts)}{(status?.Executor is { } executor ? $"  by {executor}" : "")}", look.Tone);
        if (status?.Message is { } message) yield return new(0, $"  {message}", Tone.Quiet);
    }

    static string Bar(PodCounts? counts)
    {
        const int Width = 24;
        if (counts is not { Total: > 0 }) return "";
        var done = (counts.Successful + counts.Skipped) * Width / counts.Total;
        var busy = (counts.Updating * Width / counts.Total) + (counts.Updating > 0 && counts.Updating * Width < counts.Total ? 1 : 0);
        var rest = Math.Max(0, Width - done - busy);
        return $"[{new string('█', done)}{new string('▒', busy)}{new string('·', rest)}] {counts.Successful}/{counts.Total}";
    }

    static IEnumerable<TreeLine> Group(TicketSight sight, GroupSummary group, DateTimeOffset now, bool whole)
    {
        var look = Look.Of(group.State);
        var counts = group.Counts;
        yield return new(0, $"{look.Sign} group {group.Number}  {Title(group)}  {look.Word}  {counts.Successful}/{counts.Total}{(counts.Failed > 0 ? $", {counts.Failed} failed" : "")}", look.Tone);
        if (!whole && group.State is not (GroupState.Executing or GroupState.Failed)) yield break;
        var pods = (sight.Pods(group.Number) is var known && known.Any() ? known : sight.Frozen(group.Number)).ToList();
        foreach (var service in pods.GroupBy(pod => pod.Frozen.Service))
        {
            yield return new(1, service.Key, Tone.Quiet);
            foreach (var line in Pods([.. service], sight.Ticket.Spec.ReadyFor(), now)) yield return line;
        }
    }

    /// <summary>The group's name and the deployment units of its pods, told once where they are the same.</summary>
    static string Title(GroupSummary group)
    {
        var units = string.Join(", ", group.Units);
        return units.Length == 0 || units == group.Name ? group.Name : $"{group.Name} ({units})";
    }

    static IEnumerable<TreeLine> Pods(IReadOnlyList<(FrozenPod Frozen, PodResult Result)> pods, TimeSpan readyFor, DateTimeOffset now)
    {
        var ordered = pods.OrderBy(pod => Rank(pod.Result.State)).ToList();
        var alone = ordered.Where(pod => pod.Result.State is PodState.UpdateFailed or PodState.Updating or PodState.UpdateSuccessful).Take(MostPods).ToList();
        foreach (var (pod, result) in alone)
        {
            var look = Look.Of(result.State);
            yield return new(2, $"{look.Sign} {pod.Name,-28} {pod.Unit,-6} {look.Word}{Detail(result, readyFor, now)}", look.Tone);
        }

        foreach (var same in ordered.Except(alone).GroupBy(pod => (pod.Result.State, pod.Result.Reason)))
        {
            var look = Look.Of(same.Key.State);
            var names = same.Count() == 1 ? same.First().Frozen.Name : $"{same.Count()} pods, {same.First().Frozen.Name} first";
            yield return new(2, $"{look.Sign} {names}  {look.Word}{(same.Key.Reason is { } reason ? $": {reason}" : "")}", look.Tone);
        }
    }

    static string Detail(PodResult result, TimeSpan readyFor, DateTimeOffset now) => result switch
    {
        { State: PodState.Updating, ReadySince: { } since } => $"  ready for {Math.Clamp((int)(now - since).TotalSeconds, 0, (int)readyFor.TotalSeconds)} of {readyFor.TotalSeconds:0} s{Replacing(result)}",
        { State: PodState.Updating or PodState.UpdateFailed, Reason: { } reason } => $"  {reason}",
        _ => Replacing(result),
    };

    static string Replacing(PodResult result) => result.Replacement is { } replacement && replacement.Name != result.Name ? $"  → {replacement.Name}" : "";

    static int Rank(PodState state) => state switch
    {
        PodState.UpdateFailed => 0,
        PodState.Updating => 1,
        PodState.NotUpdated => 2,
        _ => 3,
    };
}
