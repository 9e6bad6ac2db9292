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
        var waited = false;
        await foreach (var sight in feed.FollowAsync(TimeSpan.FromSeconds(1), cancellation))
        {
            // The ticket's watch may run ahead of its groups': the last lines belong before the end.
            if (done(sight) && !sight.IsConsistent && !waited)
            {
                waited = true;
                continue;
            }

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
