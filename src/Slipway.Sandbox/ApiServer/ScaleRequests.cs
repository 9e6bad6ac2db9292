using System.Globalization;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Schemas;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The scale subresource: a document of its own that stands for one field of the object.</summary>
sealed class ScaleRequests(Objects objects)
{
    static readonly ServedKind Scales = new() { Type = new("autoscaling", "v1", "scales", "Scale", Namespaced: true), Singular = "scale", Schema = BuiltInSchemas.Named("Scale") };

    public ApiResponse Answer(ApiRequest request, ApiTarget target)
    {
        lock (objects.Store.Gate)
        {
            var found = objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!);
            var scale = ScaleDocument.Of(target.Kind, found);
            if (request.Method == "GET") return ApiResponse.Json(200, scale);
            var options = RequestOptions.Read(request);
            var wanted = request.Method switch
            {
                "PUT" => RequestBodies.ReadObject(request).Object,
                "PATCH" when request.MediaType is "application/json-patch+json" or "application/merge-patch+json" or "application/strategic-merge-patch+json" =>
                    ResourceRequests.Patched(request.MediaType, Scales, scale, RequestBodies.Read(request).Node),
                "PATCH" => throw StatusException.UnsupportedMediaType(request.MediaType, "application/json-patch+json, application/merge-patch+json"),
                _ => throw StatusException.NotAllowed(),
            };
            if (wanted["kind"].Text() is { } kind and not "Scale") throw StatusException.BadRequest($"the object provided is of kind {kind}, not Scale");
            FieldValidation.Check(request, Scales, wanted, [], isPatch: request.Method == "PATCH");
            if (wanted.At("metadata", "name").Text() is { Length: > 0 } name && name != target.Name) throw StatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({target.Name})");
            if (wanted.At("metadata", "uid").Text() is { Length: > 0 } uid && uid != found.Uid) throw StatusException.Conflict(target.Type, target.Name!, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {found.Uid}");
            if (wanted.At("metadata", "resourceVersion").Text() is { Length: > 0 } version && version != found.ResourceVersion.ToString(CultureInfo.InvariantCulture)) throw StatusException.Modified(target.Type, target.Name!);
            var replicas = wanted.At("spec", "replicas").Number() ?? 0;
            if (replicas < 0) throw StatusException.Invalid(Scales.Type, target.Name!, [FieldError.Invalid("spec.replicas", $"{replicas}", "must be greater than or equal to 0")]);
            var changed = ScaleDocument.Write(target.Kind, found.Edit(), replicas);
            return ApiResponse.Json(200, ScaleDocument.Of(target.Kind, objects.Update(target.Type, changed, null, options)));
        }
    }
}
