using System.Diagnostics;
using Slipway.Applications;
using Slipway.Tickets;

namespace Slipway.Components;

/// <summary>One condition an operation puts on a component, and for which services it does.</summary>
/// <param name="Operation">What it allows.</param>
/// <param name="Component">The component's name, or <c>network plug-in</c>.</param>
/// <param name="Needed">A version, or the plug-in's name.</param>
public sealed record Gate(Operation Operation, string Component, string Needed)
{
    /// <summary>The workload's kind it is about, a ReplicaSet by itself being a Deployment's and an InPlaceSet CAFE's as well; null means any.</summary>
    public WorkloadKind? Workload { get; init; }

    /// <summary>The traffic provider it is about; null means any, and none.</summary>
    public TrafficProvider? Provider { get; init; }

    /// <summary>It is only about the pods at the start of a workload, which is known once the pods are.</summary>
    public bool OfFirstPods { get; init; }

    /// <summary>What it allows, in words.</summary>
    public string Subject => this switch
    {
        { OfFirstPods: true } => $"{Operation} of the first pods of {Workload}s",
        { Workload: { } kind } => $"{Operation} on {kind}s",
        { Provider: { } provider } => $"{Operation} through {Names(provider)}",
        _ => $"{Operation}",
    };

    public bool IsAbout(Operation operation, string? workload, TrafficProvider? provider) =>
        operation == Operation && !OfFirstPods && (Workload is null || $"{Workload}" == workload || workload == Part(Workload)) && (Provider is null || Provider == provider);

    static string? Part(WorkloadKind? kind) => kind switch
    {
        WorkloadKind.CafeDeployment => "InPlaceSet",
        WorkloadKind.Deployment => "ReplicaSet",
        _ => null,
    };

    static string Names(TrafficProvider provider) => provider switch
    {
        TrafficProvider.AlibabaCloud => "alibaba-cloud",
        TrafficProvider.GatewayApi => "gateway-api",
        TrafficProvider.HAProxy => "haproxy",
        _ => throw new UnreachableException(),
    };
}

/// <summary>Which component versions the operations need. Where a component is too old CAFE acts on random pods; Slipway refuses.</summary>
public static class ComponentGates
{
    public const string NetworkPlugin = "network plug-in";

    /// <summary>A StatefulSet gives up its first pods by <c>spec.ordinals</c>, which a server has by default since this version (StatefulSet API reference).</summary>
    public static Gate FirstPods { get; } = new(Operation.ScaleIn, ComponentNames.Kubernetes, "1.27") { Workload = WorkloadKind.StatefulSet, OfFirstPods = true };

    public static IReadOnlyList<Gate> All { get; } =
    [
        // The cost of deleting a pod counts by default since this version (Kubernetes, ReplicaSet, "Pod deletion cost").
        new(Operation.ScaleIn, ComponentNames.Kubernetes, "1.22") { Workload = WorkloadKind.Deployment },
        FirstPods,
        new(Operation.ScaleIn, ComponentNames.CafeExtController, "0.7.2") { Workload = WorkloadKind.CafeDeployment },
        new(Operation.RemoveTraffic, ComponentNames.CafeExtController, "0.7.2") { Workload = WorkloadKind.CafeDeployment },
        new(Operation.RemoveTraffic, ComponentNames.CloudControllerManager, "0.8.0") { Provider = TrafficProvider.AlibabaCloud },
        new(Operation.ShiftTraffic, ComponentNames.CloudControllerManager, "1.2.1") { Provider = TrafficProvider.AlibabaCloud },
        new(Operation.ShiftTraffic, NetworkPlugin, "terway-eni") { Provider = TrafficProvider.AlibabaCloud },
    ];

    /// <summary>Why a ticket's operation is not allowed on its services, one sentence a gate that is not met.</summary>
    public static IReadOnlyList<string> Unmet(TicketObservation seen) =>
    [
        .. seen.Services.Values
            .SelectMany(service => All.Where(gate => gate.IsAbout(seen.Ticket.Spec.Operation, service.Workload?.Kind, service.Application?.Spec.Traffic?.Provider)))
            .Distinct().Select(gate => Refusal(gate, seen.Components)).OfType<string>().Distinct(),
    ];

    /// <summary>Why a gate is closed; null when it is open.</summary>
    public static string? Refusal(Gate gate, ComponentsSeen components) => gate.Component == NetworkPlugin ? OfPlugin(gate, components) : OfVersion(gate, components.Named(gate.Component));

    static string? OfVersion(Gate gate, ComponentFound? found) => found switch
    {
        null when gate.Component == ComponentNames.Kubernetes => $"the API server tells no version, {gate.Component} {gate.Needed} needed",
        null => $"{gate.Component} was not found, {gate.Needed} needed; an OpsPolicy can state a version that cannot be seen",
        { Version: null } => $"{gate.Component} found as {found.Source} with an image that names no version, {gate.Needed} needed; an OpsPolicy can state it",
        { Parsed: null } => $"{gate.Component} {found.Version} found, which is not a version, {gate.Needed} needed; an OpsPolicy can state it",
        { Parsed: { } version } when version < ComponentVersion.Parse(gate.Needed) => $"{gate.Component} {found.Version} found, {gate.Needed} needed",
        _ => null,
    };

    static string? OfPlugin(Gate gate, ComponentsSeen components)
    {
        var found = components.NetworkPlugins.Select(plugin => plugin.Name).ToList();
        if (found.Any(ComponentNames.CloudNetworks.Contains)) return null;
        return found.Count == 0
            ? $"no {NetworkPlugin} was found, {gate.Needed} needed; an OpsPolicy can state one that cannot be seen"
            : $"{NetworkPlugin} {string.Join(" and ", found)} found, {gate.Needed} needed";
    }
}
