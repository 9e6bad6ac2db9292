using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Schemas;
using Slipway.Sandbox.ApiServer.Tables;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>The kinds a CustomResourceDefinition defines, one a served version.</summary>
static partial class CustomKinds
{
    public static IReadOnlyList<ServedKind> From(JsonElement definition)
    {
        var spec = definition.At("spec");
        var names = spec.At("names");
        return
        [
            .. spec.At("versions").Items().Where(version => version.At("served").IsTrue()).Select(version =>
            {
                var type = new ResourceType(spec.At("group").Text()!, version.At("name").Text()!, names.At("plural").Text()!, names.At("kind").Text()!, spec.At("scope").Text() == "Namespaced");
                var schema = StructuralSchema.Parse(version.At("schema", "openAPIV3Schema"));
                var scale = version.At("subresources", "scale");
                return new ServedKind
                {
                    Type = type,
                    Singular = names.At("singular").Text() ?? type.Kind.ToLowerInvariant(),
                    ShortNames = [.. names.At("shortNames").Items().Select(name => name.GetString()!)],
                    Categories = [.. names.At("categories").Items().Select(name => name.GetString()!)],
                    HasStatus = version.At("subresources", "status").ValueKind == JsonValueKind.Object,
                    Scale = scale.ValueKind == JsonValueKind.Object ? new(scale.At("specReplicasPath").Text()!, scale.At("statusReplicasPath").Text()!, scale.At("labelSelectorPath").Text()) : null,
                    Schema = schema,
                    IsCustom = true,
                    NeedsVersion = true,
                    HasGeneration = true,
                    SelectableFields = [.. version.At("selectableFields").Items().Select(field => field.At("jsonPath").Text()!.TrimStart('.'))],
                    Default = schema.FillDefaults,
                    Validate = (body, _) => SchemaValidation.Check(schema, body),
                    Columns = Columns(version),
                };
            }),
        ];
    }

    /// <summary>The sandbox serves a definition as soon as it is stored; its status says so.</summary>
    public static void Establish(JsonObject definition)
    {
        var spec = definition.Child("spec");
        var names = spec.Child("names");
        if (names["kind"].Text() is { } kind)
        {
            names.Fill("singular", kind.ToLowerInvariant());
            names.Fill("listKind", $"{kind}List");
        }

        spec.Child("conversion").Fill("strategy", "None");
        var status = definition.Child("status");
        status["acceptedNames"] = names.DeepClone();
        status["storedVersions"] = new JsonArray([.. spec["versions"].Objects().Where(version => version["storage"]?.GetValue<bool>() == true).Select(version => version["name"]?.DeepClone())]);
        status.Fill("conditions", new JsonArray(Condition("NamesAccepted", "NoConflicts", "no conflicts found"), Condition("Established", "InitialNamesAccepted", "the initial names have been accepted")));

        JsonObject Condition(string type, string reason, string message) => new()
        {
            ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = message, ["lastTransitionTime"] = definition.At("metadata", "creationTimestamp").Text(),
        };
    }

    public static IEnumerable<FieldError> Check(JsonObject definition, JsonObject? before)
    {
        var spec = definition["spec"] as JsonObject ?? [];
        var (group, plural) = (spec["group"].Text(), spec.At("names", "plural").Text());
        if (group is null) yield return FieldError.Required("spec.group");
        if (plural is null) yield return FieldError.Required("spec.names.plural");
        if (spec.At("names", "kind").Text() is null) yield return FieldError.Required("spec.names.kind");
        if (definition.At("metadata", "name").Text() is { } name && name != $"{plural}.{group}") yield return FieldError.Invalid("metadata.name", $"\"{name}\"", $"must be spec.names.plural+\".\"+spec.group");
        if (spec["scope"].Text() is not ("Namespaced" or "Cluster")) yield return FieldError.Unsupported("spec.scope", spec["scope"]?.ToJsonString() ?? "\"\"", ["Cluster", "Namespaced"]);
        var versions = spec["versions"].Objects().ToList();
        if (versions.Count(version => version["storage"]?.GetValue<bool>() == true) != 1) yield return FieldError.Invalid("spec.versions", "[]", "must have exactly one version marked as storage version");
        foreach (var (index, version) in versions.Index())
        {
            if (version.At("schema", "openAPIV3Schema") is not JsonObject schema) yield return FieldError.Required($"spec.versions[{index}].schema.openAPIV3Schema", "schemas are required");
            else foreach (var error in StructuralRules.Check(schema, $"spec.versions[{index}].schema.openAPIV3Schema")) yield return error;
        }

        foreach (var field in before is null ? [] : (string[])["group", "scope", "names.kind", "names.plural"])
        {
            var now = spec.At(field.Split('.')).Text();
            if (before.At("spec").At(field.Split('.')).Text() != now) yield return FieldError.Invalid($"spec.{field}", $"\"{now}\"", "field is immutable");
        }
    }

    /// <summary>Rules in CEL are not evaluated; for Slipway's own kinds the same rules are held in another form.</summary>
    public static IReadOnlyList<string> Unevaluated(JsonElement definition)
    {
        var group = definition.At("spec", "group").Text() ?? "";
        return group is not ("slipway.dev" or "apps.cafe.cloud.alipay.com") && StructuralRules.HasRules(JsonObject.Create(definition))
            ? [$"{definition.At("metadata", "name").Text()}: the sandbox does not evaluate x-kubernetes-validations (CEL); objects that break these rules are accepted"]
            : [];
    }

    static IReadOnlyList<TableColumn> Columns(JsonElement version)
    {
        var own = version.At("additionalPrinterColumns").Items().Select(column =>
        {
            var path = Path(column.At("jsonPath").Text() ?? "");
            var isDate = column.At("type").Text() == "date";
            return new TableColumn(
                column.At("name").Text() ?? "",
                isDate ? "date" : column.At("type").Text() ?? "string",
                (json, now) => isDate ? At(json, path).Text() is null ? null : Durations.Since(At(json, path), now) : Cell(At(json, path)),
                column.At("priority").Number() ?? 0,
                column.At("description").Text() ?? "");
        }).ToList();
        return own.Count > 0 ? [TableColumn.ObjectName, .. own] : [];
    }

    static JsonNode? Cell(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array or JsonValueKind.Object => json.GetRawText(),
        _ => JsonNode.Parse(json.GetRawText()),
    };

    /// <summary>Steps of a simple JSONPath: names, indexes, and <c>[?(@.name=="value")]</c>.</summary>
    static IReadOnlyList<Match> Path(string jsonPath) => [.. Step().Matches(jsonPath).Cast<Match>()];

    static JsonElement At(JsonElement json, IReadOnlyList<Match> path)
    {
        foreach (var step in path)
        {
            json = step switch
            {
                _ when step.Groups["name"].Success => json.At(step.Groups["name"].Value.Replace("\\.", ".")),
                _ when step.Groups["index"].Success => json.Items().ElementAtOrDefault(int.Parse(step.Groups["index"].Value)),
                _ => json.Items().FirstOrDefault(item => item.At(step.Groups["key"].Value).Text() == step.Groups["value"].Value),
            };
        }

        return json;
    }

    [GeneratedRegex("""\.(?<name>(?:[\w/-]|\\\.)+)|\[(?<index>\d+)\]|\[\?\(@\.(?<key>\w+)\s*==\s*["'](?<value>[^"']*)["']\)\]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();
}
