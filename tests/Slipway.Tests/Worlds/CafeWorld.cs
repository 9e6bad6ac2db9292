using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.CafeDeployments;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Tests.Worlds;

/// <summary>CafeDeployments in a simulated world: what a person does to them, and what is seen of them.</summary>
static class CafeWorld
{
    public static void Cafe(this SimulatedWorld world, string name, int replicas, string? strategy = null, string? topology = null, string extra = "") => world.Apply(Kinds.CafeDeployments, $$$"""
        {"apiVersion":"apps.cafe.cloud.alipay.com/v1alpha1","kind":"CafeDeployment","metadata":{"name":"{{{name}}}","namespace":"shop"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},"serviceName":null,"volumeClaimTemplates":null,{{{extra}}}
          "strategy":{{{strategy ?? """{"upgradeType":"Beta","batchSize":4,"minReadySeconds":5}"""}}},
          "topology":{{{topology ?? """{"unitType":"Cell","values":["GZ00A","GZ00B"]}"""}}},
          "template":{"metadata":{"labels":{"app":"{{{name}}}"}},"spec":{"containers":[{"name":"app","image":"registry.example/{{{name}}}:1"}]} } } }
        """);

    public static void EditCafe(this SimulatedWorld world, string name, Action<JsonObject> edit)
    {
        var body = world.Cluster.Objects.Get(Kinds.CafeDeployments, new("shop", name))!.Edit();
        edit(body);
        world.Cluster.Objects.Update(Kinds.CafeDeployments, body);
    }

    public static void SetImage(this SimulatedWorld world, string name, string image) =>
        world.EditCafe(name, body => body["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);

    public static void Confirm(this SimulatedWorld world, string name) =>
        world.EditCafe(name, body => body["metadata"]!["annotations"]!["cafe.sofastack.io/upgrade-confirmed"] = "true");

    public static CafeDeployment CafeOf(this SimulatedWorld world, string name) =>
        world.Cluster.Objects.Get(Kinds.CafeDeployments, new("shop", name))!.Json.Deserialize(CafeJson.Default.CafeDeployment)!;

    public static string? ConfirmationOf(this SimulatedWorld world, string name) =>
        world.CafeOf(name).Metadata.Annotations?.GetValueOrDefault(Names.UpgradeConfirmed);

    public static Condition ConditionOf(this SimulatedWorld world, string name, string type) =>
        world.CafeOf(name).Status!.Conditions!.Single(condition => condition.Type == type);

    public static IReadOnlyList<StoredObject> PodsOf(this SimulatedWorld world, string app) =>
        [.. world.Cluster.Objects.List(Kinds.Pods, "shop").Where(pod => pod.Labels.GetValueOrDefault("app") == app).OrderBy(pod => pod.Key.Name, Slipway.Workloads.NaturalOrder.Names)];

    public static IReadOnlyList<string> NamesOf(this SimulatedWorld world, string app) => [.. world.PodsOf(app).Where(pod => !pod.IsTerminating).Select(pod => pod.Key.Name)];

    public static string ImageOf(StoredObject pod) => pod.Json.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()!;

    public static int CountAt(this SimulatedWorld world, string app, string image) => world.PodsOf(app).Count(pod => ImageOf(pod) == image);

    /// <summary>All pods are there, ready, and of the template's image; and the rollout is recorded as over.</summary>
    public static bool IsComplete(this SimulatedWorld world, string name)
    {
        var cafe = world.CafeOf(name);
        var image = cafe.Spec.Template.GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString();
        var pods = world.PodsOf(name);
        return pods.Count == cafe.Spec.Replicas && pods.All(pod => SimulatedWorld.IsReady(pod) && ImageOf(pod) == image)
            && Rollout.Read(cafe.Metadata.Annotations?.GetValueOrDefault(Names.Rollout)) is { IsOver: true } rollout
            && rollout.Revision == TemplateRevision.HashOf(cafe.Spec.Template)
            && cafe.Status is { Progress: "complete" } && cafe.Status.UpdatedAvailableReplicas == cafe.Spec.Replicas;
    }
}
