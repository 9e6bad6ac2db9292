using System.Collections;
using System.Collections.Concurrent;
using Slipway.Tickets;
using Slipway.Web.Looks;

namespace Slipway.Web.Live;

/// <summary>The rows of tickets, made once for all who look at the same ticket, and kept while one of them does.</summary>
public sealed class TicketLines
{
    readonly ConcurrentDictionary<string, WeakReference<Rows>> _made = [];

    public IReadOnlyList<PodLine> Of(OpsTicket ticket, IReadOnlyList<OpsTicketGroup> groups)
    {
        if (_made.TryGetValue(ticket.Uid, out var known) && known.TryGetTarget(out var rows) && rows.AreOf(groups)) return rows;
        rows = new([.. groups], PodLine.Of(groups));
        _made[ticket.Uid] = new(rows);
        foreach (var (uid, kept) in _made) if (!kept.TryGetTarget(out _)) _made.TryRemove(new(uid, kept));
        return rows;
    }

    sealed class Rows(OpsTicketGroup[] groups, IReadOnlyList<PodLine> lines) : IReadOnlyList<PodLine>
    {
        public int Count => lines.Count;

        public PodLine this[int index] => lines[index];

        /// <summary>Records are never changed, only replaced.</summary>
        public bool AreOf(IReadOnlyList<OpsTicketGroup> others) => others.Count == groups.Length && others.Zip(groups).All(pair => ReferenceEquals(pair.First, pair.Second));

        public IEnumerator<PodLine> GetEnumerator() => lines.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
