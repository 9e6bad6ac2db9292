using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.CafeDeployments;

/// <summary>How a pod gets from one template to another.</summary>
public abstract record UpgradeWay
{
    UpgradeWay() { }

    /// <summary>
    /// The pod stays: its name, its UID, its IP. Null takes a label or annotation away; <see cref="Restarts"/> are the containers that
    /// this restarts, as they were: what they are told apart by afterwards.
    /// </summary>
    public sealed record InPlace(
        IReadOnlyDictionary<string, string?> Labels,
        IReadOnlyDictionary<string, string?> Annotations,
        IReadOnlyList<(string Container, string Image)> Images,
        string Restarts) : UpgradeWay;

    /// <summary>Something changes that a pod cannot change; another pod takes its name.</summary>
    public sealed record Recreate : UpgradeWay;

    /// <summary>
    /// In place if only images of containers, labels and annotations differ (what the API server lets a pod change and a kubelet acts
    /// on) and the template the pod was made from is still known.
    /// </summary>
    public static UpgradeWay Of(Pod pod, JsonElement? from, JsonElement to)
    {
        if (from is not { } old || !JsonNode.DeepEquals(Lasting(old), Lasting(to))) return new Recreate();
        var before = TemplateParts.Images(old).ToDictionary(image => image.Name, image => image.Image);
        List<(string Container, string Image)> images = [.. TemplateParts.Images(to).Where(image => before[image.Name] != image.Image).Select(image => (image.Name, image.Image))];
        if (images.Any(image => pod.Containers.All(container => container.Name != image.Container))) return new Recreate();
        var restarted = pod.Containers.Where(container => images.Any(image => image.Container == container.Name && image.Image != container.Image));
        return new InPlace(
            Changes(TemplateParts.Labels(old), TemplateParts.Labels(to)),
            Changes(TemplateParts.Annotations(old), TemplateParts.Annotations(to)),
            images,
            string.Join(',', restarted.Select(container => $"{container.Name}={container.Id}")));
    }

    /// <summary>The one strategic merge patch that does it, if the pod is still the one that was looked at.</summary>
    public static string Patch(Pod pod, InPlace way)
    {
        var annotations = Words(way.Annotations);
        if (way.Restarts.Length > 0) annotations[Names.RestartedFrom] = way.Restarts;
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid, ["labels"] = Words(way.Labels), ["annotations"] = annotations } };
        if (way.Images.Count > 0)
        {
            patch["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray([.. way.Images.Select(image => new JsonObject { ["name"] = image.Container, ["image"] = image.Image })]),
            };
        }

        return patch.ToJsonString();
    }

    /// <summary>The pod as the patch leaves it, until the API server shows it.</summary>
    public static Pod Applied(Pod pod, InPlace way, string resourceVersion)
    {
        var labels = pod.Labels.ToDictionary(label => label.Key, label => label.Value);
        foreach (var (name, value) in way.Labels)
        {
            if (value is null) labels.Remove(name);
            else labels[name] = value;
        }

        return pod with { Labels = new(labels), Containers = Respelled(pod, way), AwaitsRestart = pod.AwaitsRestart || way.Restarts.Length > 0, ResourceVersion = resourceVersion };
    }

    static IReadOnlyList<Container> Respelled(Pod pod, InPlace way) =>
        [.. pod.Containers.Select(container => way.Images.FirstOrDefault(image => image.Container == container.Name) is { Image: { } image } ? container with { Image = image } : container)];

    /// <summary>The part of a template that a pod keeps for its whole life.</summary>
    static JsonObject Lasting(JsonElement template)
    {
        var lasting = JsonNode.Parse(template.GetRawText())!.AsObject();
        lasting.Remove("metadata");
        foreach (var container in (lasting["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>()) container.Remove("image");
        return lasting;
    }

    static Dictionary<string, string?> Changes(IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string> now)
    {
        var changes = now.Where(word => !old.TryGetValue(word.Key, out var value) || value != word.Value).ToDictionary(word => word.Key, word => (string?)word.Value);
        foreach (var gone in old.Keys.Where(name => !now.ContainsKey(name))) changes[gone] = null;
        return changes;
    }

    static JsonObject Words(IReadOnlyDictionary<string, string?> words) => new(words.Select(word => KeyValuePair.Create(word.Key, word.Value is null ? null : (JsonNode?)JsonValue.Create(word.Value))));
}
