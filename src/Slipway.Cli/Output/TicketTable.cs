using Slipway.Tickets;

namespace Slipway.Cli.Output;

/// <summary>Tickets as kubectl would print them: columns three spaces apart.</summary>
static class TicketTable
{
    public static IEnumerable<string> Render(IReadOnlyList<OpsTicket> tickets, DateTimeOffset now, bool withNamespace, bool wide)
    {
        string[] head = [.. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(), "NAME", "TITLE", "OPERATION", "PHASE", "PROGRESS", "EXECUTOR", "AGE", .. wide ? ["REASON"] : Array.Empty<string>()];
        var rows = tickets.Select(ticket => Row(ticket, now, withNamespace, wide)).Prepend(head).ToList();
        var widths = Enumerable.Range(0, head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    static string[] Row(OpsTicket ticket, DateTimeOffset now, bool withNamespace, bool wide) =>
    [
        .. withNamespace ? [ticket.Key.Namespace] : Array.Empty<string>(),
        ticket.Key.Name,
        ticket.Spec.Title,
        $"{ticket.Spec.Operation}",
        $"{ticket.Status?.Phase ?? TicketPhase.Initializing}",
        ticket.Status?.Progress ?? "",
        ticket.Status?.Executor ?? "",
        ticket.Metadata.CreationTimestamp is { } created ? Age(now - created) : "",
        .. wide ? [ticket.Status?.Message ?? ""] : Array.Empty<string>(),
    ];

    static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 120 } => $"{Math.Max(0, (int)age.TotalSeconds)}s",
        { TotalMinutes: < 120 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
        _ => $"{(int)age.TotalDays}d",
    };
}
