using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>What every object's metadata must keep to (Kubernetes, "Object Names and IDs", "Labels and Selectors").</summary>
static partial class MetadataRules
{
    public static IEnumerable<FieldError> Check(ServedKind kind, JsonObject body)
    {
        var metadata = body["metadata"]!.AsObject();
        var name = metadata["name"].Text() ?? "";
        if (kind.Type.Group != "rbac.authorization.k8s.io" && (name.Length > 253 || !Subdomain().IsMatch(name)))
        {
            yield return FieldError.Invalid(
                "metadata.name",
                $"\"{name}\"",
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }

        foreach (var (key, value) in metadata["labels"] as JsonObject ?? [])
        {
            if (!Key().IsMatch(key)) yield return FieldError.Invalid("metadata.labels", $"\"{key}\"", "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
            if (value.Text() is not { } text || !Value().IsMatch(text))
            {
                yield return FieldError.Invalid("metadata.labels", value?.ToJsonString() ?? "null", "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
            }
        }

        foreach (var (key, _) in metadata["annotations"] as JsonObject ?? [])
        {
            if (!Key().IsMatch(key)) yield return FieldError.Invalid("metadata.annotations", $"\"{key}\"", "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Value();
}
