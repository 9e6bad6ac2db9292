using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Slipway.Applications;
using Slipway.CafeDeployments;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Runtime.Schemas;
using Slipway.Tickets;
using Slipway.Units;

namespace Slipway.Operator.Schemas;

/// <summary>A kind of Slipway's own, defined by its record.</summary>
public sealed record ShippedKind(ResourceType Type, JsonTypeInfo Record)
{
    /// <summary>Its definition's file in <c>deploy/crds</c>.</summary>
    public string FileName => $"{Type.Plural}.{Type.Group}.yaml";

    public JsonObject Definition() => CustomResourceDefinitions.Write(Type, Record);

    public string DefinitionYaml() => CustomResourceDefinitions.WriteYaml(Type, Record);
}

/// <summary>Every kind that <c>slipway install</c> defines.</summary>
public static class ShippedKinds
{
    public static IReadOnlyList<ShippedKind> All { get; } =
    [
        new(Kinds.OpsTickets, TicketJson.Default.OpsTicket),
        new(Kinds.OpsTicketGroups, TicketJson.Default.OpsTicketGroup),
        new(Kinds.DeploymentUnits, UnitJson.Default.DeploymentUnit),
        new(Kinds.ApplicationServices, ApplicationJson.Default.ApplicationService),
        new(Kinds.OpsPolicies, PolicyJson.Default.OpsPolicy),
        new(Kinds.CafeDeployments, CafeJson.Default.CafeDeployment),
        new(Kinds.InPlaceSets, CafeJson.Default.InPlaceSet),
    ];
}
