using System.Text;
using System.Text.Json;

namespace Slipway.Sandbox.ApiServer;

/// <summary>JSON as YAML, for clients that ask for it. Text that a reader could take for something else is quoted as JSON is, which YAML reads.</summary>
static class YamlText
{
    public static byte[] Write(ReadOnlySpan<byte> json)
    {
        var text = new StringBuilder();
        Write(text, JsonElement.Parse(json), "", isInList: false);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Write(StringBuilder text, JsonElement value, string indent, bool isInList)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                var isFirst = true;
                foreach (var property in value.EnumerateObject())
                {
                    if (!isFirst || !isInList) text.Append(indent);
                    isFirst = false;
                    text.Append(Scalar(property.Name)).Append(':');
                    Below(text, property.Value, indent);
                }

                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0 && !isInList:
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(indent).Append("- ");
                    Write(text, item, $"{indent}  ", isInList: true);
                }

                break;
            default:
                text.Append(value.ValueKind == JsonValueKind.String ? Scalar(value.GetString()!) : value.GetRawText()).Append('\n');
                break;
        }
    }

    static void Below(StringBuilder text, JsonElement value, string indent)
    {
        var isBlock = value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Any(),
            JsonValueKind.Array => value.GetArrayLength() > 0,
            _ => false,
        };
        text.Append(isBlock ? '\n' : ' ');
        Write(text, value, value.ValueKind == JsonValueKind.Array ? indent : $"{indent}  ", isInList: false);
    }

    static string Scalar(string text)
    {
        var isPlain = text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/')
            && text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");
        return isPlain ? text : JsonSerializer.Serialize(text);
    }
}
