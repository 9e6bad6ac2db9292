using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Slipway.Tickets;

namespace Slipway.Web.Looks;

/// <summary>Which tickets a list shows. It is the query of the page's address, and nothing else remembers it.</summary>
public sealed record TicketFilter
{
    public string? Search { get; init; }
    public TicketPhase? State { get; init; }
    public bool Attention { get; init; }
    public Operation? Operation { get; init; }
    public string? Namespace { get; init; }
    public string? Service { get; init; }
    public string? Unit { get; init; }
    public string? Requester { get; init; }
    public DateOnly? From { get; init; }
    public DateOnly? To { get; init; }
    public int Page { get; init; } = 1;

    /// <summary>Reads a query; what cannot be read is as if it were not there.</summary>
    public static TicketFilter Of(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new()
        {
            Search = Text("q"),
            State = Name<TicketPhase>("state"),
            Attention = Text("attention") == "1",
            Operation = Name<Operation>("operation"),
            Namespace = Text("ns"),
            Service = Text("service"),
            Unit = Text("unit"),
            Requester = Text("requester"),
            From = Day("from"),
            To = Day("to"),
            Page = int.TryParse(Text("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1,
        };

        string? Text(string name) => values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value[0]) ? value[0]!.Trim() : null;

        T? Name<T>(string name)
            where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(known => string.Equals(known.ToString(), Text(name), StringComparison.OrdinalIgnoreCase));

        DateOnly? Day(string name) => DateOnly.TryParseExact(Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    /// <summary>The address of the list with this filter; defaults are left out.</summary>
    public string ToAddress()
    {
        var query = new Dictionary<string, string?>
        {
            ["q"] = Search,
            ["state"] = State?.ToString(),
            ["attention"] = Attention ? "1" : null,
            ["operation"] = Operation?.ToString(),
            ["ns"] = Namespace,
            ["service"] = Service,
            ["unit"] = Unit,
            ["requester"] = Requester,
            ["from"] = From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["to"] = To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["page"] = Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null,
        };
        return QueryHelpers.AddQueryString("/tickets", query.Where(entry => !string.IsNullOrEmpty(entry.Value)));
    }

    /// <summary>Anything but the state and the page is asked for.</summary>
    public bool IsNarrowed => this with { State = null, Attention = false, Page = 1 } != new TicketFilter();

    public bool MatchesState(OpsTicket ticket) =>
        (State is null || PhaseOf(ticket) == State) && (!Attention || NeedsAttention(ticket));

    /// <summary>Everything but the state, by which tickets are counted.</summary>
    public bool MatchesRest(OpsTicket ticket)
    {
        var (spec, created) = (ticket.Spec, DateOnly.FromDateTime((ticket.Metadata.CreationTimestamp ?? default).UtcDateTime));
        return (Search is null || Has(ticket.Key.Name, Search) || Has(spec.Title, Search))
            && (Operation is null || spec.Operation == Operation)
            && (Namespace is null || ticket.Key.Namespace == Namespace)
            && (Service is null || spec.Targets.Any(target => Has(target.Service, Service)))
            && (Unit is null || (ticket.Status?.Groups ?? []).Any(group => group.Units.Any(unit => Has(unit, Unit))))
            && (Requester is null || Has(spec.RequestedBy ?? "", Requester))
            && (From is null || created >= From)
            && (To is null || created <= To);
    }

    public static TicketPhase PhaseOf(OpsTicket ticket) => ticket.Status?.Phase ?? TicketPhase.Initializing;

    /// <summary>The ticket goes no further until a person does something.</summary>
    public static bool NeedsAttention(OpsTicket ticket) => Approval.Awaited(ticket) is not null || NeedsAttention(PhaseOf(ticket));

    public static bool NeedsAttention(TicketPhase phase) =>
        phase is TicketPhase.Initialized or TicketPhase.InitializeFailed or TicketPhase.WaitingForConfirmation or TicketPhase.Paused or TicketPhase.Failed;

    static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
