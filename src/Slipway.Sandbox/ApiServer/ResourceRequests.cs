using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Fields;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Patches;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The verbs on objects and collections: get, list, watch, create, update, patch and delete.</summary>
sealed class ResourceRequests(Objects objects, TimeProvider time, AccessCheck access)
{
    readonly ReadRequests _read = new(objects, time);

    public ApiResponse Answer(ApiRequest request, ApiTarget target) => (request.Method, target.Name, target.Subresource) switch
    {
        ("GET", _, null) when request.Has("watch") || target.IsWatch => new WatchRequest(objects, time, request, target).Answer(),
        ("GET", null, _) => _read.List(request, target),
        ("GET", _, null or "status") => _read.Get(request, target),
        ("POST", null, _) => Create(request, target),
        ("PUT", not null, _) => Update(request, target),
        ("PATCH", not null, null or "status") => Patch(request, target),
        ("DELETE", not null, null) => Delete(request, target),
        ("DELETE", null, _) => DeleteAll(request, target),
        _ => throw StatusException.NotAllowed(),
    };

    ApiResponse.Whole Create(ApiRequest request, ApiTarget target)
    {
        var options = RequestOptions.Read(request);
        var (body, warnings) = Decode(request, target);
        var created = objects.Create(target.Type, body, options);
        return _read.One(request, target, created, 201) with { Warnings = [.. warnings, .. target.Kind.Warn(created.Json)] };
    }

    ApiResponse.Whole Update(ApiRequest request, ApiTarget target)
    {
        var options = RequestOptions.Read(request);
        var (body, warnings) = Decode(request, target);
        if (target is { Kind.CreatesOnUpdate: true, Subresource: null } && objects.Get(target.Type, target.Key) is null)
        {
            RequireCreate(request, target);
            return _read.One(request, target, objects.Create(target.Type, body, options), 201) with { Warnings = warnings };
        }

        var version = body.At("metadata", "resourceVersion").Text();
        if (version is null or "" && target.Kind.NeedsVersion && objects.Get(target.Type, target.Key) is not null)
        {
            throw StatusException.Invalid(target.Type, target.Name!, [FieldError.Invalid("metadata.resourceVersion", "0", "must be specified for an update")]);
        }

        return _read.One(request, target, objects.Update(target.Type, body, target.Subresource, options)) with { Warnings = warnings };
    }

    ApiResponse.Whole Patch(ApiRequest request, ApiTarget target)
    {
        var options = RequestOptions.Read(request);
        lock (objects.Store.Gate)
        {
            var found = objects.Get(target.Type, target.Key);
            if (request.MediaType == "application/apply-patch+yaml") return Apply(request, target, found, options);
            CheckPatchType(request, target);
            var patch = RequestBodies.Read(request);
            if (found is null) throw StatusException.NotFound(target.Type, target.Name!);
            var patched = Patched(request.MediaType, target.Kind, Served.As(found.Json, target.Type).ToNode(), patch.Node);
            CheckKind(target, patched);
            CheckNames(target, patched);
            var warnings = FieldValidation.Check(request, target.Kind, patched, patch.Duplicates, isPatch: true);
            return _read.One(request, target, objects.Update(target.Type, patched, target.Subresource, options)) with { Warnings = warnings };
        }
    }

    /// <summary>An update or an apply that creates takes the right to create as well.</summary>
    void RequireCreate(ApiRequest request, ApiTarget target) => access.Require(request.User, new AccessAttributes.OfResource("create", target.Type.Group, target.Type.Plural, target.Namespace, target.Name!));

    static void CheckPatchType(ApiRequest request, ApiTarget target)
    {
        var allowed = target.Kind.IsCustom ? ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]
            : (string[])["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];
        if (!allowed.Contains(request.MediaType)) throw StatusException.UnsupportedMediaType(request.MediaType, string.Join(", ", allowed));
    }

    /// <summary>What a patch makes of a document.</summary>
    public static JsonObject Patched(string type, ServedKind kind, JsonObject current, JsonNode patch) => (type, patch) switch
    {
        ("application/json-patch+json", JsonArray operations) => JsonPatches.Apply(current, operations),
        ("application/merge-patch+json", JsonObject merge) => MergePatches.Merge(current, merge),
        ("application/strategic-merge-patch+json", JsonObject strategic) => StrategicPatches.Merge(current, strategic, kind.Schema),
        _ => throw StatusException.BadRequest($"error decoding patch: json: cannot unmarshal {patch.GetValueKind().ToString().ToLowerInvariant()} into a patch of type {type}"),
    };

    ApiResponse.Whole Apply(ApiRequest request, ApiTarget target, StoredObject? found, WriteOptions options)
    {
        var body = RequestBodies.Read(request);
        var applied = body.Object;
        if (applied["kind"].Text() is null || applied["apiVersion"].Text() is null) throw StatusException.BadRequest("error decoding YAML: Object 'Kind' or 'apiVersion' is missing");
        CheckKind(target, applied);
        CheckNames(target, applied);
        if (applied.At("metadata", "managedFields") is JsonArray { Count: > 0 }) throw StatusException.BadRequest("metadata.managedFields must be nil");
        if (applied.At("metadata", "uid").Text() is { Length: > 0 } uid && uid != found?.Uid) throw StatusException.Conflict(target.Type, target.Name!, $"uid mismatch: the provided object specified uid {uid}, and {(found is null ? "no existing object was found" : $"the existing object has uid {found.Uid}")}");
        if (applied.At("metadata", "resourceVersion").Text() is { Length: > 0 } version && version != found?.ResourceVersion.ToString(CultureInfo.InvariantCulture)) throw StatusException.Modified(target.Type, target.Name!);
        if (found is null && target.Subresource is not null) throw StatusException.NotFound(target.Type, target.Name!);
        if (found is null) RequireCreate(request, target);
        var warnings = FieldValidation.Check(request, target.Kind, applied, body.Duplicates);
        var live = found is null ? null : Served.As(found.Json, target.Type).ToNode();
        var merged = ServerSideApply.Apply(target.Kind, live, applied, request["fieldManager"]!, request.Has("force"), target.Subresource, objects.Now());
        var plain = options with { FieldManager = null };
        return found is null
            ? _read.One(request, target, objects.Create(target.Type, merged, plain), 201) with { Warnings = [.. warnings, .. target.Kind.Warn(merged.ToElement())] }
            : _read.One(request, target, objects.Update(target.Type, merged, target.Subresource, plain)) with { Warnings = warnings };
    }

    ApiResponse.Whole Delete(ApiRequest request, ApiTarget target)
    {
        var deleted = objects.Delete(target.Type, target.Key, DeleteBody.Read(request));
        if (target.Kind.ReturnsDeleted || objects.Get(target.Type, target.Key)?.Uid == deleted.Uid && !request.IsDryRun) return _read.One(request, target, deleted);
        return ApiResponse.Json(200, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success",
            ["details"] = new JsonObject { ["name"] = target.Name, ["group"] = target.Type.Group, ["kind"] = target.Type.Plural, ["uid"] = deleted.Uid },
        });
    }

    ApiResponse.Whole DeleteAll(ApiRequest request, ApiTarget target)
    {
        if (!target.Kind.HasDeleteCollection) throw StatusException.NotAllowed();
        var asked = ListParameters.Read(request, target, isWatch: false, objects.Store);
        var options = DeleteBody.Read(request);
        var matching = objects.List(target.Type, target.Namespace).Where(asked.Selectors.Matches).Take(asked.Limit).ToList();
        var deleted = matching.Select(found => Deleted(found, options) ?? found).ToList();
        return new(200, "application/json", ReadRequests.Write(target.Kind, new() { ["resourceVersion"] = objects.Store.Version.ToString(CultureInfo.InvariantCulture) }, deleted.Select(found => Served.As(found.Json, target.Type))));
    }

    /// <summary>Null: somebody else was faster.</summary>
    StoredObject? Deleted(StoredObject found, DeleteOptions options)
    {
        try
        {
            return objects.Delete(found.Type, found.Key, options);
        }
        catch (StatusException refusal) when (refusal.Code == 404)
        {
            return null;
        }
    }

    static (JsonObject Body, IReadOnlyList<string> Warnings) Decode(ApiRequest request, ApiTarget target)
    {
        var read = RequestBodies.ReadObject(request);
        var body = read.Object;
        if (target.Kind.IsCustom && body["kind"].Text() is null) throw StatusException.BadRequest("Object 'Kind' is missing");
        CheckKind(target, body);
        var warnings = FieldValidation.Check(request, target.Kind, body, read.Duplicates);
        CheckNames(target, body);
        return (body, warnings);
    }

    public static void CheckKind(ApiTarget target, JsonObject body)
    {
        if (body["kind"].Text() is { } kind && kind != target.Type.Kind) throw StatusException.BadRequest($"the object provided is of kind {kind}, not {target.Type.Kind}");
        if (body["apiVersion"].Text() is { } version && version != target.Type.ApiVersion)
        {
            throw StatusException.BadRequest($"the API version in the data ({version}) does not match the expected API version ({target.Type.ApiVersion})");
        }
    }

    /// <summary>Name and namespace are those of the URL, in the body too.</summary>
    static void CheckNames(ApiTarget target, JsonObject body)
    {
        if (body["metadata"] is not (null or JsonObject)) throw StatusException.BadRequest("json: cannot unmarshal metadata into Go value of type v1.ObjectMeta");
        var metadata = body.Child("metadata");
        if (target.Type.Namespaced)
        {
            if (metadata["namespace"].Text() is { Length: > 0 } ns && ns != target.Namespace) throw StatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            metadata["namespace"] = target.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (target.Name is not { } wanted) return;
        if (metadata["name"].Text() is { Length: > 0 } name && name != wanted) throw StatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({wanted})");
        metadata["name"] = wanted;
    }
}
