using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Slipway.Sandbox.Storage;

[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonNode))]
sealed partial class StorageJson : JsonSerializerContext
{
}
