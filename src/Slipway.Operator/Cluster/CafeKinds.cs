using System.Text.Json;
using Slipway.CafeDeployments;
using Slipway.Resources;

namespace Slipway.Operator.Cluster;

/// <summary>A ControllerRevision; the template only where the owner is one of ours.</summary>
sealed record HistoryEntry(ObjectKey Key, string Uid, string ResourceVersion, OwnerReference? Owner, TemplateRevision? Revision) : IProjected;

/// <summary>Projections of CafeDeployments, InPlaceSets and their history: read whole.</summary>
static class CafeKinds
{
    static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public static CafeDeployment ReadCafe(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        try
        {
            return json.Deserialize(CafeJson.Default.CafeDeployment)!;
        }
        catch (JsonException)
        {
            // Written past the schema: what cannot be read is a mistake, not an error.
            return new() { Metadata = Metadata(json), Spec = new() { Selector = new(), Template = Nothing } };
        }
    }

    public static InPlaceSet ReadInPlaceSet(ref Utf8JsonReader reader)
    {
        var json = JsonElement.ParseValue(ref reader);
        try
        {
            return json.Deserialize(CafeJson.Default.InPlaceSet)!;
        }
        catch (JsonException)
        {
            return new() { Metadata = Metadata(json), Spec = new() { Selector = new(), Template = Nothing } };
        }
    }

    public static HistoryEntry ReadHistory(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement;
        var meta = Metadata(json);
        var owner = (meta.OwnerReferences ?? []).FirstOrDefault(owner => owner.Controller == true);
        var ours = owner?.Kind is "CafeDeployment" or "InPlaceSet" && json.TryGetProperty("data", out var data) && data.TryGetProperty("template", out var template)
            ? new TemplateRevision(meta.Name ?? "", meta.Uid ?? "", Number(json), meta.Labels?.GetValueOrDefault(Names.RevisionLabel) ?? "", template.Clone())
            : null;
        return new(new(meta.Namespace ?? "", meta.Name ?? ""), meta.Uid ?? "", meta.ResourceVersion ?? "", owner, ours);
    }

    static long Number(JsonElement json) => json.TryGetProperty("revision", out var revision) && revision.TryGetInt64(out var number) ? number : 0;

    static ObjectMeta Metadata(JsonElement json) =>
        json.TryGetProperty("metadata", out var meta) && meta.ValueKind == JsonValueKind.Object ? meta.Deserialize(ClusterJson.Default.ObjectMeta)! : new();
}
