using System.Globalization;

namespace Slipway.Sandbox.ApiServer.Protobuf;

/// <summary>How a field's value is written, in protobuf and in JSON.</summary>
enum FieldForm
{
    Text,
    Number,
    Truth,
    Double,
    Bytes,
    Time,
    MicroTime,
    Quantity,
    IntOrString,

    /// <summary>JSON in bytes: <c>RawExtension</c> and <c>FieldsV1</c>.</summary>
    RawJson,

    /// <summary>A message that is nothing but a list of strings.</summary>
    TextList,
    Message,
}

/// <summary>How often a field may appear.</summary>
enum FieldCount
{
    One,
    List,
    Map,
}

/// <summary>What happens to a zero value: JSON omits it, keeps it where it was sent (a pointer in Go), or always has it.</summary>
enum ZeroValue
{
    Omitted,
    Kept,
    Always,
}

/// <summary>One field of a message. <see cref="Name"/> <c>*</c>: its fields are the message's own in JSON.</summary>
sealed record MessageField(int Number, string Name, FieldForm Form, FieldCount Count, ZeroValue Zero, string? Message)
{
    public bool IsInline => Name == "*";

    /// <summary>Reads <c>NUMBER NAME TYPE</c>, where TYPE is <c>[]</c> or <c>{}</c>, a form or a message, and <c>?</c> (zero kept) or <c>!</c> (zero always).</summary>
    public static MessageField Parse(string text, string package)
    {
        var parts = text.Split(' ');
        var type = parts[2];
        var (count, rest) = type[..2] switch
        {
            "[]" => (FieldCount.List, type[2..]),
            "{}" => (FieldCount.Map, type[2..]),
            _ => (FieldCount.One, type),
        };
        var zero = rest[^1] switch { '?' => ZeroValue.Kept, '!' => ZeroValue.Always, _ => ZeroValue.Omitted };
        var name = rest.TrimEnd('?', '!');
        var form = name switch
        {
            "string" => FieldForm.Text,
            "int" => FieldForm.Number,
            "bool" => FieldForm.Truth,
            "double" => FieldForm.Double,
            "bytes" => FieldForm.Bytes,
            "time" => FieldForm.Time,
            "microtime" => FieldForm.MicroTime,
            "quantity" => FieldForm.Quantity,
            "intOrString" => FieldForm.IntOrString,
            "raw" or "fields" => FieldForm.RawJson,
            "list" => FieldForm.TextList,
            _ => FieldForm.Message,
        };
        var message = form != FieldForm.Message ? null : name.Contains('.') ? name : $"{package}.{name}";
        return new(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], form, count, zero, message);
    }
}

/// <summary>The fields of one message, by number.</summary>
sealed record MessageTable(string Name, IReadOnlyDictionary<int, MessageField> Fields);
