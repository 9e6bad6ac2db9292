using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Slipway.Cli.Output;

/// <summary>Objects as the API server gives them.</summary>
[JsonSerializable(typeof(JsonObject))]
sealed partial class CliJson : JsonSerializerContext
{
}
