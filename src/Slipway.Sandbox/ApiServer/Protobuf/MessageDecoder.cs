using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Slipway.Sandbox.ApiServer.Protobuf;

/// <summary>Turns one message into the JSON object a JSON client would have sent. Unknown fields are skipped.</summary>
static class MessageDecoder
{
    public static JsonObject Decode(MessageTable table, byte[] bytes)
    {
        var json = new JsonObject();
        Into(json, table, bytes);
        return json;
    }

    static void Into(JsonObject json, MessageTable table, byte[] bytes)
    {
        foreach (var field in table.Fields.Values.Where(field => field is { Zero: ZeroValue.Always, Count: FieldCount.One })) json[field.Name] = Zero(field.Form);
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            if (!table.Fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var field)) input.SkipLastField();
            else Read(json, field, input, WireFormat.GetTagWireType(tag));
        }
    }

    static void Read(JsonObject json, MessageField field, CodedInputStream input, WireFormat.WireType wire)
    {
        switch (field.Count)
        {
            case FieldCount.One when field.IsInline:
                Expect(field, wire, WireFormat.WireType.LengthDelimited);
                Into(json, FieldTables.Get(field.Message!), input.ReadBytes().ToByteArray());
                break;
            case FieldCount.One:
                if (Value(field, input, wire) is { } value && (field.Zero != ZeroValue.Omitted || !IsZero(value, field.Form))) json[field.Name] = value;
                break;
            case FieldCount.List when field.Form == FieldForm.Number && wire == WireFormat.WireType.LengthDelimited:
                var packed = new CodedInputStream(input.ReadBytes().ToByteArray());
                while (!packed.IsAtEnd) List(json, field).Add(packed.ReadInt64());
                break;
            case FieldCount.List:
                List(json, field).Add(Value(field, input, wire));
                break;
            case FieldCount.Map:
                Expect(field, wire, WireFormat.WireType.LengthDelimited);
                Entry(json, field, new(input.ReadBytes().ToByteArray()));
                break;
        }
    }

    /// <summary>An entry of a map is a message of a key, 1, and a value, 2; either may be missing and is then empty.</summary>
    static void Entry(JsonObject json, MessageField field, CodedInputStream input)
    {
        var (key, value) = ("", Zero(field.Form));
        while (input.ReadTag() is var tag and not 0)
        {
            var wire = WireFormat.GetTagWireType(tag);
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    Expect(field, wire, WireFormat.WireType.LengthDelimited);
                    key = input.ReadString();
                    break;
                case 2:
                    value = Value(field, input, wire);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        json.Child(field.Name)[key] = value;
    }

    static JsonNode? Value(MessageField field, CodedInputStream input, WireFormat.WireType wire)
    {
        Expect(field, wire, field.Form switch
        {
            FieldForm.Number or FieldForm.Truth => WireFormat.WireType.Varint,
            FieldForm.Double => WireFormat.WireType.Fixed64,
            _ => WireFormat.WireType.LengthDelimited,
        });
        return field.Form switch
        {
            FieldForm.Text => input.ReadString(),
            FieldForm.Number => input.ReadInt64(),
            FieldForm.Truth => input.ReadBool(),
            FieldForm.Double => input.ReadDouble() is var real && double.IsFinite(real) ? real : throw StatusException.BadRequest($"{field.Name} is not a finite number"),
            FieldForm.Bytes => Convert.ToBase64String(input.ReadBytes().Span),
            FieldForm.RawJson => WireForms.RawJson(input.ReadBytes().ToByteArray()),
            FieldForm.Time => WireForms.Time(input.ReadBytes().ToByteArray(), "yyyy-MM-ddTHH:mm:ssZ"),
            FieldForm.MicroTime => WireForms.Time(input.ReadBytes().ToByteArray(), "yyyy-MM-ddTHH:mm:ss.ffffffZ"),
            FieldForm.Quantity => WireForms.Quantity(input.ReadBytes().ToByteArray()),
            FieldForm.IntOrString => WireForms.IntOrString(input.ReadBytes().ToByteArray()),
            FieldForm.TextList => WireForms.TextList(input.ReadBytes().ToByteArray()),
            FieldForm.Message => Decode(FieldTables.Get(field.Message!), input.ReadBytes().ToByteArray()),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static JsonArray List(JsonObject json, MessageField field)
    {
        if (json[field.Name] is JsonArray list) return list;
        var created = new JsonArray();
        json[field.Name] = created;
        return created;
    }

    static JsonNode? Zero(FieldForm form) => form switch
    {
        FieldForm.Text or FieldForm.Bytes => "",
        FieldForm.Number or FieldForm.Double => 0,
        FieldForm.Truth => false,
        FieldForm.Quantity => "0",
        FieldForm.TextList => new JsonArray(),
        FieldForm.Message => new JsonObject(),
        _ => null,
    };

    static bool IsZero(JsonNode value, FieldForm form) => form is FieldForm.Text or FieldForm.Number or FieldForm.Truth or FieldForm.Double or FieldForm.Bytes
        && value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length == 0,
            JsonValueKind.Number => value.AsValue().TryGetValue<long>(out var whole) ? whole == 0 : value.GetValue<double>() == 0,
            JsonValueKind.False => true,
            _ => false,
        };

    static void Expect(MessageField field, WireFormat.WireType found, WireFormat.WireType wanted)
    {
        if (found != wanted) throw StatusException.BadRequest($"the protobuf body cannot be decoded: field {field.Number} ({field.Name}) has wire type {(int)found}, {(int)wanted} is allowed");
    }
}
