using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What ConfigMaps, Secrets, Leases and Events must keep to, and what is filled in.</summary>
static class SmallKindRules
{
    const int MostData = 1024 * 1024;

    public static IEnumerable<FieldError> CheckConfigMap(JsonObject body, JsonObject? before)
    {
        var size = 0;
        foreach (var (path, entries) in new[] { ("data", body["data"] as JsonObject), ("binaryData", body["binaryData"] as JsonObject) })
        {
            foreach (var (key, value) in entries ?? [])
            {
                if (key.Length is 0 or > 253 || key is "." or ".." || key.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.')))
                {
                    yield return FieldError.Invalid($"{path}[{key}]", $"\"{key}\"", "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name')");
                }

                if (path == "binaryData" && body.At("data", key) is not null) yield return FieldError.Invalid($"data[{key}]", $"\"{key}\"", $"duplicate of key present in binaryData");
                size += Encoding.UTF8.GetByteCount(value.Text() ?? "");
            }
        }

        if (size > MostData) yield return FieldError.TooLong("", MostData);
        if (before?["immutable"]?.GetValue<bool>() != true) yield break;
        if (body["immutable"]?.GetValue<bool>() != true) yield return FieldError.Forbidden("immutable", "field is immutable when `immutable` is set");
        foreach (var name in (string[])["data", "binaryData"])
        {
            if (!JsonNode.DeepEquals(before[name], body[name])) yield return FieldError.Forbidden(name, "field is immutable when `immutable` is set");
        }
    }

    /// <summary>Plain text is written over the data, encoded, and not kept.</summary>
    public static void FillSecret(JsonObject body)
    {
        body.Fill("type", "Opaque");
        foreach (var (key, value) in body["stringData"] as JsonObject ?? []) body.Child("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
        body.Remove("stringData");
    }

    public static IEnumerable<FieldError> CheckLease(JsonObject body, JsonObject? before)
    {
        var spec = body["spec"];
        if (spec.At("leaseDurationSeconds").Number() is <= 0) yield return FieldError.Invalid("spec.leaseDurationSeconds", $"{spec.At("leaseDurationSeconds")}", "must be greater than 0");
        if (spec.At("leaseTransitions").Number() is < 0) yield return FieldError.Invalid("spec.leaseTransitions", $"{spec.At("leaseTransitions")}", "must be greater than or equal to 0");
    }

    public static IEnumerable<FieldError> CheckEvent(JsonObject body, JsonObject? before)
    {
        // An Event about a cluster-scoped object lives in the default namespace.
        var (ns, about) = (body.At("metadata", "namespace").Text(), body.At("involvedObject", "namespace").Text() ?? "");
        if (about != ns && !(about.Length == 0 && ns is "default" or "kube-system")) yield return FieldError.Invalid("involvedObject.namespace", $"\"{about}\"", "does not match event.namespace");
    }
}
