using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Runtime.Leadership;

/// <summary>A <c>coordination.k8s.io/v1</c> Lease.</summary>
sealed record Lease
{
    public string ApiVersion { get; init; } = Kinds.Leases.ApiVersion;
    public string Kind { get; init; } = Kinds.Leases.Kind;
    public required ObjectMeta Metadata { get; init; }
    public required LeaseSpec Spec { get; init; }
}

sealed record LeaseSpec
{
    public string? HolderIdentity { get; init; }
    public int? LeaseDurationSeconds { get; init; }
    public string? AcquireTime { get; init; }
    public string? RenewTime { get; init; }
    public int? LeaseTransitions { get; init; }
}

sealed record Namespace
{
    public string ApiVersion { get; init; } = Kinds.Namespaces.ApiVersion;
    public string Kind { get; init; } = Kinds.Namespaces.Kind;
    public required ObjectMeta Metadata { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Namespace))]
sealed partial class LeaseJson : JsonSerializerContext
{
}
