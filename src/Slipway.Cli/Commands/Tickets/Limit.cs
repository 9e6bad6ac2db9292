using System.Globalization;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>--timeout</c>: what is not over by then ends with <see cref="ExitCode.TimedOut"/>.</summary>
static class Limit
{
    public static async Task WithinAsync(Surroundings surroundings, TimeSpan within, Func<string> sentence, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = surroundings.Time.CreateTimer(_ => limit.Cancel(), null, within, Timeout.InfiniteTimeSpan);
        try
        {
            await work(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.TimedOut, sentence());
        }
    }

    public static TimeSpan Parse(string text)
    {
        var unit = text.Length == 0 ? ' ' : text[^1];
        var scale = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return scale > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * scale <= TimeSpan.FromDays(7).TotalSeconds
            ? TimeSpan.FromSeconds(number * scale)
            : throw CommandException.Usage($"--timeout is \"{text}\"; a number with s, m or h is allowed, such as 90s, up to 168h");
    }

    public static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => $"{time.TotalSeconds:0.#} s",
        { TotalMinutes: < 120 } => $"{time.TotalMinutes:0.#} min",
        _ => $"{time.TotalHours:0.#} h",
    };
}
