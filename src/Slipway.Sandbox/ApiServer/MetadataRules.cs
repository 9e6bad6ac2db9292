using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>What every object's metadata must keep to (Kubernetes, "Object Names and IDs", "Labels and Selectors").</summary>
static partial class MetadataRules
{
    const int MostAnnotations = 256 * 1024;
    const string QualifiedName = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    public static IEnumerable<FieldError> Check(ServedKind kind, JsonObject body)
    {
        var metadata = body["metadata"]!.AsObject();
        var name = metadata["name"].Text() ?? "";
        if (NameError(kind, name) is { } wrong) yield return FieldError.Invalid("metadata.name", $"\"{name}\"", wrong);
        foreach (var error in CheckLabels(metadata["labels"] as JsonObject ?? [], "metadata.labels")) yield return error;
        var annotations = metadata["annotations"] as JsonObject ?? [];
        foreach (var (key, _) in annotations)
        {
            // Annotation keys are compared in lower case.
            if (!IsQualifiedName(key.ToLowerInvariant())) yield return FieldError.Invalid("metadata.annotations", $"\"{key}\"", QualifiedName);
        }

        if (annotations.Sum(annotation => Encoding.UTF8.GetByteCount(annotation.Key) + Encoding.UTF8.GetByteCount(annotation.Value.Text() ?? "")) > MostAnnotations) yield return FieldError.TooLong("metadata.annotations", MostAnnotations);
        foreach (var (index, finalizer) in metadata["finalizers"].Texts().Index())
        {
            if (!IsQualifiedName(finalizer)) yield return FieldError.Invalid($"metadata.finalizers[{index}]", $"\"{finalizer}\"", QualifiedName);
        }

        foreach (var error in CheckOwners(metadata["ownerReferences"].Objects().ToList())) yield return error;
    }

    /// <summary>Empty maps and lists of metadata are not kept.</summary>
    public static void DropEmpty(JsonObject metadata)
    {
        foreach (var name in (string[])["labels", "annotations", "finalizers", "ownerReferences", "generateName"])
        {
            if (metadata[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 } || metadata[name].Text() == "") metadata.Remove(name);
        }
    }

    public static IEnumerable<FieldError> CheckLabels(JsonObject labels, string path)
    {
        foreach (var (key, value) in labels)
        {
            if (!IsQualifiedName(key)) yield return FieldError.Invalid(path, $"\"{key}\"", QualifiedName);
            if (value.Text() is { Length: > 63 } tooLong) yield return FieldError.Invalid(path, $"\"{tooLong}\"", "must be no more than 63 characters");
            else if (value.Text() is not { } text || !IsLabelValue(text))
            {
                yield return FieldError.Invalid(path, value?.ToJsonString() ?? "null", "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
            }
        }
    }

    public static bool IsQualifiedName(string text)
    {
        var slash = text.IndexOf('/');
        var (prefix, name) = slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..]);
        return (prefix is null || (prefix.Length is > 0 and <= 253 && Subdomain().IsMatch(prefix))) && NamePart().IsMatch(name);
    }

    public static bool IsLabelValue(string text) => text.Length == 0 || NamePart().IsMatch(text);

    public static bool IsLabel(string name) => name.Length <= 63 && DnsLabel().IsMatch(name);

    /// <summary>Why a name is none for the kind; null where it is one.</summary>
    static string? NameError(ServedKind kind, string name) => kind.Type switch
    {
        { Group: "rbac.authorization.k8s.io" } => name is "." or ".." || name.Contains('/') || name.Contains('%') ? "may not contain '/' or '%'" : null,
        { Group: "", Plural: "namespaces" } => name.Length <= 63 && DnsLabel().IsMatch(name) ? null
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
        // Releases from 1.36 on let a service's name begin with a digit; what the older rule takes, all of them take.
        { Group: "", Plural: "services" } => name.Length <= 63 && ServiceName().IsMatch(name) ? null
            : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
        _ => name.Length <= 253 && Subdomain().IsMatch(name) ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    };

    static IEnumerable<FieldError> CheckOwners(IReadOnlyList<JsonObject> owners)
    {
        foreach (var (index, owner) in owners.Index())
        {
            foreach (var name in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (owner[name].Text() is not { Length: > 0 }) yield return FieldError.Invalid($"metadata.ownerReferences[{index}].{name}", "\"\"", $"{name} must not be empty");
            }
        }

        if (owners.Count(owner => owner["controller"]?.GetValue<bool>() == true) > 1) yield return FieldError.Invalid("metadata.ownerReferences", "[]", "Only one reference can have Controller set to true");
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"\A[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NamePart();
}
