using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer;

/// <summary>A refusal, as the API server puts it into a Status object; mistakes of its own have no reason.</summary>
public sealed class StatusException(int code, string reason, string message) : Exception(message)
{
    public int Code { get; } = code;
    public string Reason { get; } = reason;

    /// <summary><c>details</c> of the Status object, such as causes.</summary>
    public JsonObject? Details { get; init; }

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0) status["reason"] = Reason;
        if (Details is not null) status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static StatusException NotFound(ResourceType type, string name) => new(404, "NotFound", $"{type} \"{name}\" not found") { Details = Of(type, name) };

    public static StatusException AlreadyExists(ResourceType type, string name) => new(409, "AlreadyExists", $"{type} \"{name}\" already exists") { Details = Of(type, name) };

    public static StatusException Modified(ResourceType type, string name) => Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static StatusException Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type} \"{name}\": {why}") { Details = Of(type, name) };

    public static StatusException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors)
    {
        var listed = errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"[{string.Join(", ", errors.Select(error => $"{error.Path}: {error.Message}"))}]";
        var full = type.Group.Length == 0 ? type.Kind : $"{type.Kind}.{type.Group}";
        var details = Of(type, name);
        details["kind"] = type.Kind;
        details["causes"] = new JsonArray([.. errors.Select(error => new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Path })]);
        return new(422, "Invalid", $"{full} \"{name}\" is invalid: {listed}") { Details = details };
    }

    public static StatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static StatusException Forbidden(ResourceType type, string name, string why) => new(403, "Forbidden", $"{type} \"{name}\" is forbidden: {why}") { Details = Of(type, name) };

    public static StatusException Terminating(ResourceType type, string name, string ns)
    {
        var details = Of(type, name);
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {ns} is being terminated", ["field"] = "metadata.namespace" });
        return new(403, "Forbidden", $"{type} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated") { Details = details };
    }

    public static StatusException Expired(string message) => new(410, "Expired", message);

    public static StatusException TooLargeVersion(long asked, long current) => new(504, "Timeout", $"Too large resource version: {asked}, current: {current}")
    {
        Details = new() { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }), ["retryAfterSeconds"] = 1 },
    };

    public static StatusException NotServed() => new(404, "NotFound", "the server could not find the requested resource") { Details = [] };

    public static StatusException NotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource") { Details = [] };

    public static StatusException UnsupportedMediaType(string contentType, string allowed) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {allowed} (got {contentType})");

    static JsonObject Of(ResourceType type, string name) => new() { ["name"] = name, ["group"] = type.Group, ["kind"] = type.Plural };
}
