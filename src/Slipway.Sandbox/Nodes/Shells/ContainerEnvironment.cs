using System.Text;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox.Nodes.Shells;

/// <summary>The environment variables of a container: what every container has, and what its spec gives it.</summary>
static class ContainerEnvironment
{
    static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", Namespaced: true);

    public static IReadOnlyDictionary<string, string> Of(JsonElement pod, string container, Objects objects)
    {
        var ns = pod.At("metadata", "namespace").Text() ?? "";
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOSTNAME"] = pod.At("metadata", "name").Text() ?? "",
            ["HOME"] = "/root",
        };
        var spec = pod.At("spec", "containers").Items().First(found => found.At("name").Text() == container);
        foreach (var source in spec.At("envFrom").Items())
        {
            var prefix = source.At("prefix").Text() ?? "";
            foreach (var (key, value) in Entries(objects, Kinds.ConfigMaps, ns, source.At("configMapRef", "name").Text())) variables[prefix + key] = value;
            foreach (var (key, value) in Entries(objects, Secrets, ns, source.At("secretRef", "name").Text())) variables[prefix + key] = value;
        }

        foreach (var variable in spec.At("env").Items())
        {
            if (variable.At("name").Text() is { } name) variables[name] = Value(variable, pod, ns, objects) ?? "";
        }

        return variables;
    }

    static string? Value(JsonElement variable, JsonElement pod, string ns, Objects objects)
    {
        if (variable.At("valueFrom") is not { ValueKind: JsonValueKind.Object } from) return variable.At("value").Text();
        if (from.At("fieldRef", "fieldPath").Text() is { } path) return Field(pod, path);
        var (map, secret) = (from.At("configMapKeyRef"), from.At("secretKeyRef"));
        return Entries(objects, Kinds.ConfigMaps, ns, map.At("name").Text()).FirstOrDefault(entry => entry.Key == map.At("key").Text()).Value
            ?? Entries(objects, Secrets, ns, secret.At("name").Text()).FirstOrDefault(entry => entry.Key == secret.At("key").Text()).Value;
    }

    /// <summary>A path such as <c>metadata.name</c> or <c>metadata.labels['app']</c> (Kubernetes, "Downward API").</summary>
    static string? Field(JsonElement pod, string path) => path.IndexOf("['", StringComparison.Ordinal) is var bracket and > 0 && path.EndsWith("']", StringComparison.Ordinal)
        ? pod.At([.. path[..bracket].Split('.'), path[(bracket + 2)..^2]]).Text()
        : pod.At(path.Split('.')).Text();

    static IEnumerable<KeyValuePair<string, string>> Entries(Objects objects, ResourceType type, string ns, string? name)
    {
        if (name is null || objects.Get(type, new(ns, name)) is not { } found || found.Json.At("data") is not { ValueKind: JsonValueKind.Object } data) yield break;
        foreach (var entry in data.EnumerateObject())
        {
            var text = entry.Value.Text() ?? "";
            yield return new(entry.Name, type == Secrets ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text);
        }
    }
}
