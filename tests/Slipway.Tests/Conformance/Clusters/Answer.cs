using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>What the API server answered.</summary>
public sealed record Answer(string Request, int Code, string ContentType, string Text, IReadOnlyList<string> Warnings, IReadOnlyDictionary<string, string> Headers)
{
    JsonElement? _json;

    public JsonElement Json => _json ??= JsonElement.Parse(Text);

    public string? Reason => Word("reason");

    public string Message => Word("message") ?? "";

    public string Version => Word("metadata.resourceVersion") ?? "";

    public string Uid => Word("metadata.uid") ?? "";

    public string Name => Word("metadata.name") ?? "";

    public IReadOnlyList<JsonElement> Items => [.. At("items") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default];

    public IReadOnlyList<string> Names => [.. Items.Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)];

    /// <summary>A field by a path such as <c>spec.ports.0.port</c>; undefined where there is none.</summary>
    public JsonElement At(string path) => Json.Find(path);

    public string? Word(string path) => At(path).Word();

    public int? Number(string path) => At(path) is { ValueKind: JsonValueKind.Number } found ? found.GetInt32() : null;

    public bool Has(string path) => At(path).ValueKind != JsonValueKind.Undefined;

    /// <summary>The fields that the causes of a refusal name.</summary>
    public IReadOnlyList<string> CauseFields => [.. At("details.causes") is { ValueKind: JsonValueKind.Array } causes ? causes.EnumerateArray().Select(cause => cause.Find("field").Word() ?? "") : []];

    public Answer Is(int code, string? reason = null)
    {
        Assert.True(Code == code && (reason is null || Reason == reason), $"{Request} should be answered {code} {reason}, not {Code}: {(Text.Length > 1500 ? Text[..1500] : Text)}");
        return this;
    }
}

public static class AnswerReading
{
    public static async Task<Answer> Is(this Task<Answer> answer, int code, string? reason = null) => (await answer).Is(code, reason);

    public static JsonElement Find(this JsonElement json, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (json.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                if (index >= json.GetArrayLength()) return default;
                json = json[index];
            }
            else if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(step.Replace("~1", "."), out json))
            {
                return default;
            }
        }

        return json;
    }

    public static string? Word(this JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;

    /// <summary>The status of a condition, or null.</summary>
    public static string? Condition(this JsonElement json, string type) =>
        json.Find("status.conditions") is { ValueKind: JsonValueKind.Array } conditions
            ? conditions.EnumerateArray().Where(condition => condition.Find("type").Word() == type).Select(condition => condition.Find("status").Word()).FirstOrDefault()
            : null;

    public static bool IsReady(this JsonElement pod) => pod.Condition("Ready") == "True" && pod.Find("metadata.deletionTimestamp").ValueKind == JsonValueKind.Undefined;
}
