using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using static Google.Protobuf.WireFormat.WireType;

namespace Slipway.Sandbox.ApiServer.Protobuf;

/// <summary>The small messages that JSON writes as one value.</summary>
static class WireForms
{
    /// <summary>Seconds (1) and nanoseconds (2) since 1970; an empty message is no time.</summary>
    public static JsonNode? Time(byte[] bytes, string format)
    {
        long? seconds = null;
        var nanos = 0L;
        Each(bytes, [Varint, Varint], (input, number) =>
        {
            if (number == 1) seconds = input.ReadInt64();
            else nanos = input.ReadInt64();
        });
        if (seconds is null) return null;
        const long First = -62_135_596_800;
        const long Last = 253_402_300_799;
        if (seconds is < First or > Last || nanos is < 0 or > 999_999_999) throw StatusException.BadRequest($"a time of {seconds} s and {nanos} ns is outside the years 1 to 9999");
        return DateTimeOffset.FromUnixTimeSeconds(seconds.Value).AddTicks(nanos / 100).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
    }

    public static JsonNode Quantity(byte[] bytes)
    {
        var text = "0";
        Each(bytes, [LengthDelimited], (input, _) => text = input.ReadString());
        return text.Length == 0 ? "0" : text;
    }

    /// <summary>Type (1: 0 a number, 1 a string), number (2), string (3).</summary>
    public static JsonNode IntOrString(byte[] bytes)
    {
        var (type, whole, text) = (0L, 0L, "");
        Each(bytes, [Varint, Varint, LengthDelimited], (input, number) =>
        {
            if (number == 1) type = input.ReadInt64();
            else if (number == 2) whole = input.ReadInt64();
            else text = input.ReadString();
        });
        return type switch
        {
            0 => whole,
            1 => text,
            _ => throw StatusException.BadRequest($"an IntOrString has type {type}; 0 (a number) and 1 (a string) are allowed"),
        };
    }

    public static JsonArray TextList(byte[] bytes)
    {
        var list = new JsonArray();
        Each(bytes, [LengthDelimited], (input, _) => list.Add(input.ReadString()));
        return list;
    }

    public static JsonNode? RawJson(byte[] bytes)
    {
        byte[] raw = [];
        Each(bytes, [LengthDelimited], (input, _) => raw = input.ReadBytes().ToByteArray());
        try
        {
            return raw.Length == 0 ? null : JsonNode.Parse(raw, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (JsonException broken)
        {
            throw StatusException.BadRequest($"an embedded object is not JSON: {broken.Message}");
        }
    }

    /// <summary>Reads the fields numbered 1 to as many as there are wire types; skips the rest.</summary>
    static void Each(byte[] bytes, WireFormat.WireType[] wires, Action<CodedInputStream, int> read)
    {
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            if (number > wires.Length) input.SkipLastField();
            else if (WireFormat.GetTagWireType(tag) == wires[number - 1]) read(input, number);
            else throw StatusException.BadRequest($"the protobuf body cannot be decoded: field {number} has wire type {(int)WireFormat.GetTagWireType(tag)}, {(int)wires[number - 1]} is allowed");
        }
    }
}
