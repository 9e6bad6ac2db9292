using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>One page of the list of tickets.</summary>
/// <param name="Rows">Newest first by creation, which never changes, so that rows stay where they are while states change.</param>
/// <param name="Counts">Tickets by state, of all that match the rest of the filter.</param>
/// <param name="All">All that match the rest of the filter.</param>
/// <param name="Attention">Those of them that wait for a person.</param>
/// <param name="Total">Tickets that match the whole filter.</param>
/// <param name="Page">This page, from 1.</param>
/// <param name="Pages">How many pages there are.</param>
/// <param name="Newer">Tickets that came after the list was opened; they are not slipped in under the pointer.</param>
public sealed record TicketPage(IReadOnlyList<OpsTicket> Rows, IReadOnlyDictionary<TicketPhase, int> Counts, int All, int Attention, int Total, int Page, int Pages, int Newer)
{
    public const int Size = 25;

    public static TicketPage Of(IEnumerable<OpsTicket> tickets, TicketFilter filter, IReadOnlySet<string>? opened)
    {
        var matching = tickets.Where(filter.MatchesRest).ToList();
        var shown = opened is null ? matching : [.. matching.Where(ticket => opened.Contains(ticket.Uid))];
        var counts = shown.CountBy(TicketFilter.PhaseOf).ToDictionary();
        var chosen = shown.Where(filter.MatchesState)
            .OrderByDescending(ticket => ticket.Metadata.CreationTimestamp).ThenBy(ticket => ticket.Key.Namespace, StringComparer.Ordinal).ThenBy(ticket => ticket.Key.Name, StringComparer.Ordinal)
            .ToList();
        var pages = Math.Max(1, (chosen.Count + Size - 1) / Size);
        var page = Math.Min(filter.Page, pages);
        return new(
            [.. chosen.Skip((page - 1) * Size).Take(Size)],
            counts,
            shown.Count,
            shown.Count(TicketFilter.NeedsAttention),
            chosen.Count,
            page,
            pages,
            matching.Count - shown.Count);
    }
}
