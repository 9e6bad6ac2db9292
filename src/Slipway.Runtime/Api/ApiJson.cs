using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Runtime.Api;

sealed record MetadataOnly(ObjectMeta? Metadata);

sealed record Eviction(ObjectMeta Metadata, DeleteOptions DeleteOptions)
{
    public string ApiVersion { get; init; } = "policy/v1";
    public string Kind { get; init; } = "Eviction";
}

sealed record DeleteOptions(Preconditions? Preconditions, string? PropagationPolicy, int? GracePeriodSeconds)
{
    public string ApiVersion { get; init; } = "v1";
    public string Kind { get; init; } = "DeleteOptions";

    public static DeleteOptions Of(DeleteRequest request) => new(
        request.Uid is null && request.ResourceVersion is null ? null : new(request.Uid, request.ResourceVersion),
        request.PropagationPolicy,
        request.GracePeriodSeconds);
}

sealed record Preconditions(string? Uid, string? ResourceVersion);

/// <summary>The answer of <c>/version</c>.</summary>
sealed record VersionInfo(string? GitVersion);

/// <summary>The answer of a request that did not succeed (Kubernetes API conventions, "Response Status Kind").</summary>
sealed record Status(string? Kind, string? Message, string? Reason, int? Code, StatusDetails? Details);

sealed record StatusDetails(IReadOnlyList<StatusCause>? Causes, int? RetryAfterSeconds);

sealed record StatusCause(string? Reason, string? Message, string? Field);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MetadataOnly))]
[JsonSerializable(typeof(Eviction))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(JsonObject))]
sealed partial class ApiJson : JsonSerializerContext
{
}
