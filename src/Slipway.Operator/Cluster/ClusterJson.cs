using System.Text.Json.Serialization;
using Slipway.Resources;

namespace Slipway.Operator.Cluster;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectMeta))]
[JsonSerializable(typeof(LabelSelector))]
sealed partial class ClusterJson : JsonSerializerContext
{
}
