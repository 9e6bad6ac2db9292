using Slipway.Cli.Commands.Tickets;
using Slipway.Tickets;
using Slipway.Web.Looks;

namespace Slipway.Cli.Output;

/// <summary>What is new between two sights, a line each, as it happened: a beginning before what it contains, an end after it.</summary>
static class TicketChanges
{
    public static IEnumerable<string> Between(TicketSight? before, TicketSight now)
    {
        var phase = before?.Phase == now.Phase ? null : $"{now.Ticket.Key.Name}  {now.Phase}{(now.Ticket.Status?.Message is { } message ? $": {message}" : "")}";
        var isEnd = WatchTicket.IsEnd(now.Phase);
        if (phase is not null && !isEnd) yield return phase;
        foreach (var group in now.Ticket.Status?.Groups ?? [])
        {
            var pods = Pods(before, now, group.Number);
            var line = Group(before, group);
            foreach (var part in group.State == GroupState.Executing ? pods.Prepend(line) : pods.Append(line))
            {
                if (part is not null) yield return part;
            }
        }

        if (phase is not null && isEnd) yield return phase;
    }

    static string? Group(TicketSight? before, GroupSummary group)
    {
        var known = (before?.Ticket.Status?.Groups ?? []).FirstOrDefault(other => other.Number == group.Number);
        return group.State == (known?.State ?? GroupState.Waiting) ? null : $"  group {group.Number} ({group.Name})  {group.State}  {group.Counts.Successful}/{group.Counts.Total}";
    }

    static IEnumerable<string?> Pods(TicketSight? before, TicketSight now, int number)
    {
        var states = (before?.Pods(number) ?? []).ToDictionary(pod => pod.Frozen.Uid, pod => pod.Result.State);
        foreach (var (pod, result) in now.Pods(number))
        {
            if (result.State == states.GetValueOrDefault(pod.Uid, PodState.NotUpdated)) continue;
            var detail = result.State == PodState.UpdateFailed ? $"  {result.Reason}" : result.Replacement is { } replacement && replacement.Name != pod.Name ? $"  → {replacement.Name}" : "";
            yield return $"    {pod.Unit}  {pod.Name}  {Look.Of(result.State).Word}{detail}";
        }
    }
}
