using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Tables;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Get and list, as objects, as their metadata alone, or as tables.</summary>
sealed class ReadRequests(Objects objects, TimeProvider time)
{
    public ApiResponse.Whole Get(ApiRequest request, ApiTarget target)
    {
        var found = objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!);
        return One(request, target, found);
    }

    /// <summary>An object as it was asked for.</summary>
    public ApiResponse.Whole One(ApiRequest request, ApiTarget target, StoredObject found, int code = 200)
    {
        var json = Served.As(found.Json, target.Type);
        switch (Accepts.Form(request))
        {
            case ObjectForm.Table:
                var metadata = new JsonObject { ["resourceVersion"] = Text(found.ResourceVersion) };
                return ApiResponse.Json(code, TableDocument.Render(target.Kind, [json], time.GetUtcNow(), metadata, withColumns: true, Accepts.IncludeObject(request)), Accepts.TableType);
            case ObjectForm.Metadata:
                return ApiResponse.Json(code, TableDocument.Metadata(json), Accepts.MetadataType);
            case ObjectForm.Yaml:
                return new(code, Accepts.YamlType, YamlText.Write(JsonMarshal.GetRawUtf8Value(json)));
            default:
                return new(code, "application/json", JsonMarshal.GetRawUtf8Value(json).ToArray());
        }
    }

    public ApiResponse.Whole List(ApiRequest request, ApiTarget target)
    {
        var asked = ListParameters.Read(request, target, isWatch: false, objects.Store);
        IReadOnlyList<StoredObject> all;
        long version;
        lock (objects.Store.Gate)
        {
            if (asked.Version > objects.Store.Version) throw StatusException.TooLargeVersion(asked.Version.Value, objects.Store.Version);
            version = asked.Continue?.Version ?? (asked.IsExact ? asked.Version!.Value : objects.Store.Version);
            if (asked.IsExact && version < objects.Store.Compacted) throw StatusException.Expired($"The resourceVersion for the provided list is too old.");
            all = version == objects.Store.Version ? objects.List(target.Type, target.Namespace) : objects.Store.ListAt(target.Type, target.Namespace, version);
        }

        var matching = all.Where(found => asked.Continue?.IsBefore(found.Key) != false && asked.Selectors.Matches(found)).ToList();
        var page = matching.Count > asked.Limit ? matching[..asked.Limit] : matching;
        var metadata = new JsonObject { ["resourceVersion"] = Text(version) };
        if (page.Count < matching.Count)
        {
            metadata["continue"] = new ContinueToken(page[^1].Key, version).Write();
            if (asked.Selectors.IsEmpty) metadata["remainingItemCount"] = matching.Count - page.Count;
        }

        var items = page.Select(found => Served.As(found.Json, target.Type));
        switch (Accepts.Form(request))
        {
            case ObjectForm.Table:
                return ApiResponse.Json(200, TableDocument.Render(target.Kind, items, time.GetUtcNow(), metadata, withColumns: true, Accepts.IncludeObject(request)), Accepts.TableType);
            case ObjectForm.Metadata:
                var list = new JsonObject { ["kind"] = "PartialObjectMetadataList", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata };
                list["items"] = new JsonArray([.. items.Select(TableDocument.Metadata)]);
                return ApiResponse.Json(200, list, Accepts.MetadataListType);
            case ObjectForm.Yaml:
                return new(200, Accepts.YamlType, YamlText.Write(Write(target.Kind, metadata, items)));
            default:
                return new(200, "application/json", Write(target.Kind, metadata, items));
        }
    }

    /// <summary>A list as it goes over the wire.</summary>
    public static byte[] Write(ServedKind kind, JsonObject metadata, IEnumerable<JsonElement> items)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", $"{kind.Type.Kind}List");
            writer.WriteString("apiVersion", kind.Type.ApiVersion);
            writer.WritePropertyName("metadata");
            metadata.WriteTo(writer);
            writer.WriteStartArray("items");
            foreach (var item in items) writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(item), skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
