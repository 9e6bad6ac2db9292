using Slipway.Tickets;
using Slipway.Web.Looks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Slipway.Cli.Output;

/// <summary>Shows a ticket until it ends: repainted in place on a terminal, a line a change elsewhere.</summary>
sealed class TicketView(TextWriter lines, IAnsiConsole? terminal, TimeProvider time)
{
    /// <summary>Follows the feed until <paramref name="done"/>; returns the last sight.</summary>
    public async Task<TicketSight> ShowAsync(TicketFeed feed, Func<TicketSight, bool> done, CancellationToken cancellation)
    {
        if (terminal is null) return await PrintAsync(feed, done, cancellation);
        TicketSight? last = null;
        await terminal.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            await foreach (var sight in feed.FollowAsync(TimeSpan.FromSeconds(1), cancellation))
            {
                last = sight;
                live.UpdateTarget(Paint(sight));
                live.Refresh();
                if (done(sight)) break;
            }
        });
        return last ?? throw new OperationCanceledException(cancellation);
    }

    async Task<TicketSight> PrintAsync(TicketFeed feed, Func<TicketSight, bool> done, CancellationToken cancellation)
    {
        TicketSight? last = null;
        await foreach (var sight in feed.FollowAsync(tick: null, cancellation))
        {
            foreach (var line in TicketChanges.Between(last, sight)) lines.WriteLine($"{time.GetUtcNow():HH:mm:ss}  {line}");
            last = sight;
            if (done(sight)) break;
        }

        return last ?? throw new OperationCanceledException(cancellation);
    }

    Rows Paint(TicketSight sight) => new(TicketTree.Render(sight, time.GetUtcNow())
        .Select(IRenderable (line) => new Text(new string(' ', line.Depth * 2) + line.Text, StyleOf(line.Tone)) { Overflow = Overflow.Ellipsis }));

    static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new(Color.Green),
        Tone.Bad => new(Color.Red),
        Tone.Busy => new(Color.Blue),
        Tone.Warning => new(Color.Olive),
        _ => Style.Plain,
    };
}

/// <summary>What is new between two sights, a line each.</summary>
static class TicketChanges
{
    public static IEnumerable<string> Between(TicketSight? before, TicketSight now)
    {
        if (before?.Phase != now.Phase) yield return $"{now.Ticket.Key.Name}  {now.Phase}{(now.Ticket.Status?.Message is { } message ? $": {message}" : "")}";
        foreach (var group in now.Ticket.Status?.Groups ?? [])
        {
            var known = (before?.Ticket.Status?.Groups ?? []).FirstOrDefault(other => other.Number == group.Number);
            if (group.State != (known?.State ?? GroupState.Waiting)) yield return $"  group {group.Number} ({group.Name})  {group.State}  {group.Counts.Successful}/{group.Counts.Total}";
        }

        var states = before is null ? [] : Pods(before).ToDictionary(pod => (pod.Number, pod.Pod.Uid), pod => pod.Result.State);
        foreach (var (number, pod, result) in Pods(now))
        {
            if (result.State == states.GetValueOrDefault((number, pod.Uid), PodState.NotUpdated)) continue;
            var detail = result.State == PodState.UpdateFailed ? $"  {result.Reason}" : result.Replacement is { } replacement && replacement.Name != pod.Name ? $"  → {replacement.Name}" : "";
            yield return $"    {pod.Unit}  {pod.Name}  {Look.Of(result.State).Word}{detail}";
        }
    }

    static IEnumerable<(int Number, FrozenPod Pod, PodResult Result)> Pods(TicketSight sight) =>
        sight.Groups.SelectMany(group => group.Spec.Pods.Zip(group.Status?.Pods ?? []).Select(pod => (group.Spec.Number, pod.First, pod.Second)));
}
