using System.Diagnostics;
using Slipway.Resources;

namespace Slipway.Tickets;

/// <summary>Initialization: resolves, checks, plans the groups and writes them down. Changes nothing but records.</summary>
public static class TicketInitialization
{
    public static TicketStep Initialize(TicketObservation seen, TicketState state) => TicketResolution.Of(seen) switch
    {
        TicketResolution.Refused refused => Refuse(seen, state, refused),
        TicketResolution.Resolved resolved => Freeze(seen, state, resolved),
        _ => throw new UnreachableException(),
    };

    static TicketStep Refuse(TicketObservation seen, TicketState state, TicketResolution.Refused refused) =>
        new(state with { Phase = TicketPhase.InitializeFailed, FailureReason = refused.FailureReason, FinishedAt = seen.Now }, [])
        {
            Changes = [.. seen.Groups.Select(Discard)],
        };

    /// <summary>Records left by an initialization that was cut short are kept where they say the same, replaced where they do not.</summary>
    static TicketStep Freeze(TicketObservation seen, TicketState state, TicketResolution.Resolved resolved)
    {
        var wanted = Records(seen.Ticket, GroupPlan.Of(resolved.Pods, seen.Ticket.Spec.Targets, seen.Ticket.Spec.ReleasePolicy));
        var kept = seen.Groups.Where(found => wanted.Any(record => Same(record, found))).ToList();
        var stale = seen.Groups.Except(kept).ToList();
        if (stale.Count > 0) return new(state, []) { Changes = [.. stale.Select(Discard)] };

        var missing = wanted.Where(record => !kept.Any(found => Same(record, found)));
        return new(state with { Phase = TicketPhase.Initialized, InitializedAt = seen.Now, Method = resolved.Method, FailureReason = null }, GroupRun.Of(wanted))
        {
            Changes = [.. missing.Select(record => new TicketChange.CreateGroup(record))],
        };
    }

    public static IReadOnlyList<OpsTicketGroup> Records(OpsTicket ticket, IReadOnlyList<PlannedGroup> groups) =>
    [
        .. groups.SelectMany(group => group.Pods.Chunk(OpsTicketGroup.MostPods).Select((pods, index) => new OpsTicketGroup
        {
            Metadata = new()
            {
                Name = index == 0 ? $"{ticket.Metadata.Name}-{group.Number}" : $"{ticket.Metadata.Name}-{group.Number}-{index + 1}",
                Namespace = ticket.Metadata.Namespace,
                Labels = new Dictionary<string, string> { [Names.TicketLabel] = ticket.Metadata.Uid ?? "" },
                OwnerReferences =
                [
                    new()
                    {
                        ApiVersion = Kinds.OpsTickets.ApiVersion,
                        Kind = Kinds.OpsTickets.Kind,
                        Name = ticket.Metadata.Name ?? "",
                        Uid = ticket.Metadata.Uid ?? "",
                        Controller = true,
                        BlockOwnerDeletion = true,
                    },
                ],
            },
            Spec = new() { Ticket = ticket.Metadata.Name ?? "", Number = group.Number, Name = group.Name, Part = index + 1, Pods = pods },
        })),
    ];

    static TicketChange.DeleteGroup Discard(OpsTicketGroup group) => new(group.Key, group.Metadata.Uid ?? "");

    static bool Same(OpsTicketGroup wanted, OpsTicketGroup found) =>
        wanted.Metadata.Name == found.Metadata.Name
        && wanted.Spec.Number == found.Spec.Number
        && wanted.Spec.Name == found.Spec.Name
        && wanted.Spec.Part == found.Spec.Part
        && wanted.Spec.Pods.SequenceEqual(found.Spec.Pods);
}
