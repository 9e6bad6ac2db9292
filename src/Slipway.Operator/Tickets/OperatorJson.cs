using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Slipway.Operator.Tickets;

[JsonSerializable(typeof(JsonObject))]
sealed partial class OperatorJson : JsonSerializerContext
{
}
