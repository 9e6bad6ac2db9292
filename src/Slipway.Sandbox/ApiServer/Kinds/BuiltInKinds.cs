using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Schemas;
using Slipway.Sandbox.ApiServer.Tables;
using static Slipway.Resources.Kinds;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>The kinds every cluster serves, as far as the sandbox knows them.</summary>
public static class BuiltInKinds
{
    static readonly ScaleSubresource Replicas = new(".spec.replicas", ".status.replicas", ".status.selector");

    public static IReadOnlyList<ServedKind> All { get; } =
    [
        Plain(Namespaces, "namespace", ["ns"]) with
        {
            HasStatus = true,
            HasDeleteCollection = false,
            Default = static body =>
            {
                // Set at creation; once it is being deleted, the finalize subresource takes it off for good.
                if (body.At("metadata", "deletionTimestamp") is null) body.Child("spec").Fill("finalizers", new JsonArray("kubernetes"));
                body.Child("status").Fill("phase", "Active");
                body["metadata"]!.AsObject().Child("labels")["kubernetes.io/metadata.name"] = body.At("metadata", "name").Text();
            },
            Columns = [TableColumn.ObjectName, Text("Status", "status", "phase"), TableColumn.Age],
        },
        Plain(Slipway.Resources.Kinds.Nodes, "node", ["no"]) with { HasStatus = true, Columns = CoreCells.Node },
        Plain(Pods, "pod", ["po"]) with
        {
            Categories = ["all"],
            HasStatus = true,
            HasGeneration = true,
            ReturnsDeleted = true,
            Default = PodDefaults.Pod,
            Validate = PodRules.Check,
            Columns = PodCells.Columns,
            FieldSelectors = new Dictionary<string, Func<JsonElement, string>>
            {
                ["spec.nodeName"] = static pod => pod.At("spec", "nodeName").Text() ?? "",
                ["status.phase"] = static pod => pod.At("status", "phase").Text() ?? "",
                ["spec.restartPolicy"] = static pod => pod.At("spec", "restartPolicy").Text() ?? "",
                ["spec.schedulerName"] = static pod => pod.At("spec", "schedulerName").Text() ?? "",
                ["spec.serviceAccountName"] = static pod => pod.At("spec", "serviceAccountName").Text() ?? "",
                ["status.podIP"] = static pod => pod.At("status", "podIP").Text() ?? "",
            },
        },
        Plain(Services, "service", ["svc"]) with
        {
            Categories = ["all"],
            HasStatus = true,
            ReturnsDeleted = true,
            CreatesOnUpdate = true,
            Default = WorkloadDefaults.Service,
            Validate = ServiceRules.Check,
            Columns = CoreCells.Service,
        },
        Plain(ConfigMaps, "configmap", ["cm"]) with { Validate = SmallKindRules.CheckConfigMap, Columns = [TableColumn.ObjectName, Count("Data", "data"), TableColumn.Age] },
        Plain(new("", "v1", "secrets", "Secret", Namespaced: true), "secret", []) with { Default = SmallKindRules.FillSecret, Columns = [TableColumn.ObjectName, Text("Type", "type"), Count("Data", "data"), TableColumn.Age] },
        Plain(new("", "v1", "serviceaccounts", "ServiceAccount", Namespaced: true), "serviceaccount", ["sa"]),
        Plain(Events, "event", ["ev"]) with
        {
            CreatesOnUpdate = true,
            Validate = SmallKindRules.CheckEvent,
            Columns = CoreCells.Event,
            FieldSelectors = new[] { "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "type", "reportingComponent", "source" }
                .ToDictionary(path => path, path => (Func<JsonElement, string>)(told => (path == "source" ? CoreCells.Component(told) : told.At(path.Split('.')).Text()) ?? "")),
        },
        // Annotations of a deployment are copied to its replica sets.
        Workload(Deployments, "deployment", ["deploy"], WorkloadDefaults.Deployment) with { GenerationCountsAnnotations = true, Validate = WorkloadRules.CheckDeployment, Columns = WorkloadCells.Deployment },
        Workload(ReplicaSets, "replicaset", ["rs"], WorkloadDefaults.ReplicaSet) with { Columns = WorkloadCells.ReplicaSet },
        Workload(StatefulSets, "statefulset", ["sts"], WorkloadDefaults.StatefulSet) with { Validate = WorkloadRules.CheckStatefulSet, Columns = WorkloadCells.StatefulSet },
        Plain(DaemonSets, "daemonset", ["ds"]) with { Categories = ["all"], HasStatus = true, HasGeneration = true, Default = WorkloadDefaults.DaemonSet, Validate = WorkloadRules.Check, Columns = WorkloadCells.DaemonSet },
        Plain(new("apps", "v1", "controllerrevisions", "ControllerRevision", Namespaced: true), "controllerrevision", []) with { Columns = CoreCells.ControllerRevision },
        Plain(EndpointSlices, "endpointslice", []) with
        {
            HasGeneration = true,
            Columns =
            [
                TableColumn.ObjectName, Text("AddressType", "addressType"),
                new("Endpoints", "string", static (slice, _) => string.Join(',', slice.At("endpoints").Items().SelectMany(endpoint => endpoint.At("addresses").Items()).Select(address => address.GetString()))),
                TableColumn.Age,
            ],
        },
        Plain(PodDisruptionBudgets, "poddisruptionbudget", ["pdb"]) with
        {
            HasStatus = true,
            HasGeneration = true,
            NeedsVersion = true,
            Validate = WorkloadRules.CheckBudget,
            Columns =
            [
                TableColumn.ObjectName,
                new("Min Available", "string", static (budget, _) => Either(budget.At("spec", "minAvailable"))),
                new("Max Unavailable", "string", static (budget, _) => Either(budget.At("spec", "maxUnavailable"))),
                new("Allowed Disruptions", "integer", static (budget, _) => budget.At("status", "disruptionsAllowed").Number() ?? 0),
                TableColumn.Age,
            ],
        },
        Plain(Leases, "lease", []) with { NeedsVersion = true, CreatesOnUpdate = true, Validate = SmallKindRules.CheckLease, Columns = [TableColumn.ObjectName, Text("Holder", "spec", "holderIdentity"), TableColumn.Age] },
        Plain(CustomResourceDefinitions, "customresourcedefinition", ["crd", "crds"]) with
        {
            Categories = ["api-extensions"],
            HasStatus = true,
            HasGeneration = true,
            NeedsVersion = true,
            Default = CustomKinds.Establish,
            Validate = CustomKinds.Check,
            Warn = CustomKinds.Unevaluated,
            Columns = [TableColumn.ObjectName, new("Created At", "date", static (crd, _) => crd.At("metadata", "creationTimestamp").Text())],
        },
        .. StoredKinds.All,
        .. RbacKinds.All,
        .. AccessReviews.Kinds,
    ];

    internal static ServedKind Plain(ResourceType type, string singular, IReadOnlyList<string> shortNames) => new() { Type = type, Singular = singular, ShortNames = shortNames, Schema = BuiltInSchemas.Of(type) };

    static ServedKind Workload(ResourceType type, string singular, IReadOnlyList<string> shortNames, Action<JsonObject> defaults) => Plain(type, singular, shortNames) with
    {
        Categories = ["all"],
        HasStatus = true,
        HasGeneration = true,
        Scale = Replicas,
        Default = defaults,
        Validate = WorkloadRules.Check,
    };

    internal static TableColumn Text(string name, params string[] path) => new(name, "string", (json, _) => json.At(path).Text() is { Length: > 0 } text ? text : "<none>");

    static TableColumn Count(string name, string property) => new(name, "string", (json, _) => json.At(property).ValueKind == JsonValueKind.Object ? json.At(property).EnumerateObject().Count() : 0);

    static string Either(JsonElement intOrString) => intOrString.ValueKind switch
    {
        JsonValueKind.Number => intOrString.GetRawText(),
        JsonValueKind.String => intOrString.GetString()!,
        _ => "N/A",
    };
}
