using System.Diagnostics;
using Slipway.Resources;

namespace Slipway.Tickets;

/// <summary>Something that roles allow: a verb on a resource, whose subresource stands behind a slash.</summary>
public sealed record Right(string Verb, string Group, string Resource)
{
    public override string ToString() => Group.Length == 0 ? $"{Verb} {Resource}" : $"{Verb} {Resource}.{Group}";
}

/// <summary>What a person must be allowed to do in a ticket's namespace. <c>deploy/admission.yaml</c> says the same to the API server.</summary>
public static class TicketRights
{
    /// <summary>Who asks for a ticket must be allowed to do by hand what it does.</summary>
    public static Right ToRequest(OpsTicketSpec spec) => spec.Operation switch
    {
        Operation.Replace when spec.Replace?.Via == ReplaceVia.Delete => new("delete", "", "pods"),
        Operation.Replace => new("create", "", "pods/eviction"),
        Operation.Restart when spec.Restart?.Method == RestartMethod.Recreate => new("create", "", "pods/eviction"),
        Operation.Restart or Operation.RemoveTraffic => new("patch", "", "pods"),
        Operation.ScaleIn => new("patch", "apps", "deployments/scale"),
        Operation.ShiftTraffic => new("patch", "", "services"),
        _ => throw new UnreachableException(),
    };

    /// <summary>Commands are verbs of their own on tickets.</summary>
    public static Right ToGive(CommandVerb verb) => new(
        verb switch
        {
            CommandVerb.Publish => "publish",
            CommandVerb.Approve => "approve",
            CommandVerb.Confirm or CommandVerb.Pause or CommandVerb.Resume or CommandVerb.Retry or CommandVerb.Skip or CommandVerb.Cancel or CommandVerb.Reinitialize or CommandVerb.Undo => "operate",
            _ => throw new UnreachableException(),
        },
        Kinds.OpsTickets.Group,
        Kinds.OpsTickets.Plural);
}
