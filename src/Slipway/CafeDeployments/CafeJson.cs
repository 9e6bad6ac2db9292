using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>CafeDeployments and InPlaceSets on the wire: camel case, absent rather than null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CafeDeployment))]
[JsonSerializable(typeof(CafeDeploymentSpec))]
[JsonSerializable(typeof(CafeDeploymentStatus))]
[JsonSerializable(typeof(InPlaceSet))]
[JsonSerializable(typeof(InPlaceSetStatus))]
[JsonSerializable(typeof(LabelSelector))]
public sealed partial class CafeJson : JsonSerializerContext
{
}
