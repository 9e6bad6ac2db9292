using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Patches;
using Slipway.Sandbox.ApiServer.Tables;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The verbs on objects and collections: get, list, watch, create, update, patch, delete, and <c>/scale</c>.</summary>
sealed class ResourceRequests(Objects objects, TimeProvider time)
{
    public ApiResponse Answer(ApiRequest request, ApiTarget target) => (request.Method, target.Name) switch
    {
        ("GET", null) when request.Has("watch") => new WatchRequest(objects, time, request, target).Answer(),
        ("GET", null) => List(request, target),
        ("GET", _) => One(request, target, objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!)),
        ("POST", null) => Create(request, target),
        ("PUT", not null) => Update(request, target),
        ("PATCH", not null) => Patch(request, target),
        ("DELETE", not null) => Delete(request, target),
        ("DELETE", null) => DeleteAll(request, target),
        _ => throw new StatusException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
    };

    ApiResponse.Whole One(ApiRequest request, ApiTarget target, StoredObject found, int code = 200)
    {
        if (!Accepts.Table(request)) return new(code, "application/json", Raw(found));
        var metadata = new JsonObject { ["resourceVersion"] = Text(found.ResourceVersion) };
        return ApiResponse.Json(code, TableDocument.Render(target.Kind, [found.Json], time.GetUtcNow(), metadata, withColumns: true, request["includeObject"] ?? "Metadata"), Accepts.TableType);
    }

    ApiResponse.Whole List(ApiRequest request, ApiTarget target)
    {
        var selectors = Selectors.Parse(target.Kind, request["labelSelector"], request["fieldSelector"]);
        var (after, version) = ContinueToken.Parse(request["continue"], objects.Store);
        IReadOnlyList<StoredObject> all;
        lock (objects.Store.Gate)
        {
            if (request["resourceVersion"] is { } wanted && long.TryParse(wanted, out var least) && least > objects.Store.Version) throw TooLarge(least);
            all = objects.List(target.Type, target.Namespace);
            version ??= objects.Store.Version;
        }

        var matching = all.Where(found => ContinueToken.IsAfter(found.Key, after) && selectors.Matches(found)).ToList();
        var limit = int.TryParse(request["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 ? most : int.MaxValue;
        var page = matching.Count > limit ? matching[..limit] : matching;
        var metadata = new JsonObject { ["resourceVersion"] = Text(version.Value) };
        if (page.Count < matching.Count)
        {
            metadata["continue"] = ContinueToken.Write(page[^1].Key, version.Value);
            if (request["labelSelector"] is null && request["fieldSelector"] is null) metadata["remainingItemCount"] = matching.Count - page.Count;
        }

        return Accepts.Table(request)
            ? ApiResponse.Json(200, TableDocument.Render(target.Kind, page.Select(found => found.Json), time.GetUtcNow(), metadata, withColumns: true, request["includeObject"] ?? "Metadata"), Accepts.TableType)
            : new(200, "application/json", WriteList(target.Kind, metadata, page));
    }

    static byte[] WriteList(ServedKind kind, JsonObject metadata, IReadOnlyList<StoredObject> page)
    {
        var body = new ArrayBufferWriter<byte>(256 + (page.Count * 1024));
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", $"{kind.Type.Kind}List");
            writer.WriteString("apiVersion", kind.Type.ApiVersion);
            writer.WritePropertyName("metadata");
            metadata.WriteTo(writer);
            writer.WriteStartArray("items");
            foreach (var found in page) writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(found.Json), skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    ApiResponse.Whole Create(ApiRequest request, ApiTarget target)
    {
        var body = RequestBodies.ReadObject(request);
        CheckKind(target, body);
        CheckNamespace(target, body);
        var warnings = CheckFields(request, target.Kind, body);
        return One(request, target, objects.Create(target.Type, body, Options(request)), 201) with { Warnings = warnings };
    }

    ApiResponse.Whole Update(ApiRequest request, ApiTarget target)
    {
        var body = RequestBodies.ReadObject(request);
        CheckKind(target, body);
        CheckNamespace(target, body);
        if (body.At("metadata", "name").Text() is { } name && name != target.Name) throw StatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({target.Name})");
        body.Child("metadata")["name"] = target.Name;
        var warnings = CheckFields(request, target.Kind, body);
        return One(request, target, objects.Update(target.Type, body, target.Subresource, Options(request))) with { Warnings = warnings };
    }

    ApiResponse.Whole Patch(ApiRequest request, ApiTarget target)
    {
        lock (objects.Store.Gate)
        {
            var found = objects.Get(target.Type, target.Key);
            if (request.MediaType == "application/apply-patch+yaml") return Apply(request, target, found);
            if (found is null) throw StatusException.NotFound(target.Type, target.Name!);
            var current = found.Edit();
            var patch = RequestBodies.Read(request);
            var patched = request.MediaType switch
            {
                "application/json-patch+json" when patch is JsonArray operations => JsonPatches.Apply(current, operations),
                "application/merge-patch+json" when patch is JsonObject merge => MergePatches.Merge(current, merge),
                "application/strategic-merge-patch+json" when target.Kind.Schema is not null => throw StatusException.UnsupportedMediaType(request.MediaType, "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"),
                "application/strategic-merge-patch+json" when patch is JsonObject strategic => MergePatches.Strategic(current, strategic),
                "application/json-patch+json" or "application/merge-patch+json" or "application/strategic-merge-patch+json" => throw StatusException.BadRequest("the patch has the wrong JSON type"),
                _ => throw StatusException.UnsupportedMediaType(request.MediaType, "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"),
            };
            var warnings = CheckFields(request, target.Kind, patched);
            return One(request, target, objects.Update(target.Type, patched, target.Subresource, Options(request))) with { Warnings = warnings };
        }
    }

    ApiResponse.Whole Apply(ApiRequest request, ApiTarget target, StoredObject? found)
    {
        var applied = RequestBodies.Read(request) as JsonObject ?? throw StatusException.BadRequest("the applied configuration must be an object");
        var manager = request["fieldManager"] ?? throw new StatusException(422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        CheckKind(target, applied);
        CheckNamespace(target, applied);
        applied.Child("metadata")["name"] = target.Name;
        var warnings = CheckFields(request, target.Kind, applied);
        var merged = ServerSideApply.Apply(target.Kind, found?.Edit(), applied, manager, request.Has("force"), target.Subresource, objects.Now());
        var options = new WriteOptions { DryRun = request["dryRun"] is not null, User = request.User };
        return found is null
            ? One(request, target, objects.Create(target.Type, merged, options), 201) with { Warnings = warnings }
            : One(request, target, objects.Update(target.Type, merged, target.Subresource, options)) with { Warnings = warnings };
    }

    ApiResponse.Whole Delete(ApiRequest request, ApiTarget target)
    {
        var deleted = objects.Delete(target.Type, target.Key, DeleteBody.Read(request));
        if (target.Type is { Group: "", Plural: "pods" } || objects.Get(target.Type, target.Key)?.Uid == deleted.Uid) return One(request, target, deleted);
        return ApiResponse.Json(200, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success",
            ["details"] = new JsonObject { ["name"] = target.Name, ["group"] = target.Type.Group, ["kind"] = target.Type.Plural, ["uid"] = deleted.Uid },
        });
    }

    ApiResponse.Whole DeleteAll(ApiRequest request, ApiTarget target)
    {
        var selectors = Selectors.Parse(target.Kind, request["labelSelector"], request["fieldSelector"]);
        var options = DeleteBody.Read(request);
        var matching = objects.List(target.Type, target.Namespace).Where(selectors.Matches).ToList();
        foreach (var found in matching) objects.Delete(target.Type, found.Key, options);
        return new(200, "application/json", WriteList(target.Kind, new() { ["resourceVersion"] = Text(objects.Store.Version) }, matching));
    }

    public ApiResponse Scale(ApiRequest request, ApiTarget target)
    {
        lock (objects.Store.Gate)
        {
            var found = objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!);
            var scale = ScaleDocument.Of(target.Kind, found);
            if (request.Method == "GET") return ApiResponse.Json(200, scale);
            var wanted = request.Method == "PUT" ? RequestBodies.ReadObject(request)
                : request.MediaType == "application/json-patch+json" ? JsonPatches.Apply(scale, RequestBodies.Read(request).AsArray())
                : MergePatches.Merge(scale, RequestBodies.Read(request).AsObject());
            if (wanted.At("metadata", "resourceVersion").Text() is { Length: > 0 } version && version != Text(found.ResourceVersion)) throw StatusException.Modified(target.Type, target.Name!);
            var changed = ScaleDocument.Write(target.Kind, found.Edit(), wanted.At("spec", "replicas").Number() ?? 0);
            return ApiResponse.Json(200, ScaleDocument.Of(target.Kind, objects.Update(target.Type, changed, null, Options(request))));
        }
    }

    static void CheckKind(ApiTarget target, JsonObject body)
    {
        if (body["kind"].Text() is { } kind && kind != target.Type.Kind) throw StatusException.BadRequest($"the object provided is of kind {kind}, not {target.Type.Kind}");
        if (body["apiVersion"].Text() is { } version && version != target.Type.ApiVersion)
        {
            throw StatusException.BadRequest($"the API version in the data ({version}) does not match the expected API version ({target.Type.ApiVersion})");
        }
    }

    static void CheckNamespace(ApiTarget target, JsonObject body)
    {
        if (!target.Type.Namespaced) return;
        var metadata = body.Child("metadata");
        if (metadata["namespace"].Text() is { Length: > 0 } ns && ns != target.Namespace)
        {
            throw StatusException.BadRequest($"the namespace of the provided object does not match the namespace sent on the request");
        }

        metadata["namespace"] = target.Namespace;
    }

    /// <summary>Removes fields the kind does not have, and says so as asked: Strict refuses, Warn warns.</summary>
    static IReadOnlyList<string> CheckFields(ApiRequest request, ServedKind kind, JsonObject body)
    {
        if (kind.Schema is null) return [];
        var unknown = kind.Schema.Prune(body);
        if (unknown.Count == 0) return [];
        var listed = unknown.Select(path => $"unknown field \"{path}\"").ToList();
        return request["fieldValidation"] switch
        {
            "Strict" => throw StatusException.BadRequest($"{kind.Type.Kind} in version \"{kind.Type.Version}\" cannot be handled as a {kind.Type.Kind}: strict decoding error: {string.Join(", ", listed)}"),
            "Ignore" => [],
            _ => listed,
        };
    }

    static WriteOptions Options(ApiRequest request) => new()
    {
        FieldManager = request["fieldManager"] ?? request.UserAgent.Split('/')[0],
        DryRun = request["dryRun"] is not null,
        User = request.User,
    };

    static StatusException TooLarge(long version) => new(504, "Timeout", $"Too large resource version: {version}");

    static ReadOnlyMemory<byte> Raw(StoredObject found) => JsonMarshal.GetRawUtf8Value(found.Json).ToArray();

    static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
