using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Resources;

/// <summary>A count, or a percentage of a whole: <c>3</c> or <c>"25%"</c> on the wire (Kubernetes <c>IntOrString</c>).</summary>
[JsonConverter(typeof(IntOrPercentJson))]
public readonly record struct IntOrPercent(int Value, bool IsPercent)
{
    public static IntOrPercent Count(int value) => new(value, IsPercent: false);

    public static IntOrPercent Percent(int value) => new(value, IsPercent: true);

    /// <summary>Reads <c>3</c> or <c>25%</c>; false for anything else.</summary>
    public static bool TryParse(string text, out IntOrPercent parsed)
    {
        var isPercent = text.EndsWith('%');
        var ok = int.TryParse(isPercent ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        parsed = new(value, isPercent);
        return ok;
    }

    /// <summary>The count it stands for out of <paramref name="whole"/>, rounded down.</summary>
    public int RoundedDown(int whole) => IsPercent ? (int)((long)Value * whole / 100) : Value;

    /// <summary>The count it stands for out of <paramref name="whole"/>, rounded up.</summary>
    public int RoundedUp(int whole) => IsPercent ? (int)(((long)Value * whole + 99) / 100) : Value;

    public override string ToString() => IsPercent ? $"{Value}%" : Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Numbers are counts, strings must be percentages or counts.</summary>
public sealed class IntOrPercentJson : JsonConverter<IntOrPercent>
{
    public override IntOrPercent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count)) return IntOrPercent.Count(count);
        if (reader.TokenType == JsonTokenType.String && IntOrPercent.TryParse(reader.GetString()!, out var parsed)) return parsed;
        throw new JsonException("expected a number or a percentage such as \"25%\"");
    }

    public override void Write(Utf8JsonWriter writer, IntOrPercent value, JsonSerializerOptions options)
    {
        if (value.IsPercent) writer.WriteStringValue(value.ToString());
        else writer.WriteNumberValue(value.Value);
    }
}
