using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.ApiServer.Schemas;

/// <summary>What a value has to keep to beyond its type, read from a JSON schema once.</summary>
sealed class ValueBounds
{
    readonly decimal? _minimum;
    readonly decimal? _maximum;
    readonly decimal? _minLength;
    readonly decimal? _maxLength;
    readonly decimal? _minItems;
    readonly decimal? _maxItems;
    readonly decimal? _minProperties;
    readonly decimal? _maxProperties;
    readonly string? _pattern;
    readonly Lazy<Regex?> _regex;
    readonly bool _isTime;

    ValueBounds(JsonElement schema)
    {
        (_minimum, _maximum) = (Number("minimum"), Number("maximum"));
        (_minLength, _maxLength) = (Number("minLength"), Number("maxLength"));
        (_minItems, _maxItems) = (Number("minItems"), Number("maxItems"));
        (_minProperties, _maxProperties) = (Number("minProperties"), Number("maxProperties"));
        _pattern = schema.At("pattern").Text();
        _regex = new(() => _pattern is null ? null : new(_pattern, RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1)));
        _isTime = schema.At("format").Text() == "date-time";

        decimal? Number(string name) => schema.At(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : null;
    }

    /// <summary>Null where the schema bounds nothing.</summary>
    public static ValueBounds? Of(JsonElement schema) =>
        new[] { "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "pattern", "format" }.Any(name => schema.At(name).ValueKind != JsonValueKind.Undefined) ? new(schema) : null;

    public void Check(JsonNode node, FieldPath at, List<FieldError> errors)
    {
        switch (node)
        {
            case JsonArray list:
                CheckItems(list.Count, at, errors);
                break;
            case JsonObject body:
                CheckProperties(body.Count, at, errors);
                break;
            default:
                if (node.Text() is { } text) CheckText(text, at, errors);
                else if (_minimum is not null || _maximum is not null) CheckNumber(node, at, errors);
                break;
        }
    }

    void CheckNumber(JsonNode node, FieldPath at, List<FieldError> errors)
    {
        if (node.GetValueKind() != JsonValueKind.Number || !decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return;
        if (number < _minimum) errors.Add(FieldError.Invalid($"{at}", node.ToJsonString(), $"{at} in body should be greater than or equal to {_minimum}"));
        if (number > _maximum) errors.Add(FieldError.Invalid($"{at}", node.ToJsonString(), $"{at} in body should be less than or equal to {_maximum}"));
    }

    void CheckText(string text, FieldPath at, List<FieldError> errors)
    {
        if (text.Length < _minLength * 2 && Length(text) < _minLength) errors.Add(FieldError.Invalid($"{at}", $"\"{text}\"", $"{at} in body should be at least {_minLength} chars long"));
        if (text.Length > _maxLength && Length(text) > _maxLength) errors.Add(new($"{at}", "FieldValueTooLong", $"Too long: may not be more than {_maxLength} bytes"));
        if (_regex.Value?.IsMatch(text) == false) errors.Add(FieldError.Invalid($"{at}", $"\"{text}\"", $"{at} in body should match '{_pattern}'"));
        if (_isTime && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)) errors.Add(FieldError.Invalid($"{at}", $"\"{text}\"", $"{at} in body must be of type date-time: \"{text}\""));
    }

    /// <summary>Characters, of which some take two of a string's.</summary>
    static int Length(string text) => text.EnumerateRunes().Count();

    void CheckItems(int count, FieldPath at, List<FieldError> errors)
    {
        if (count < _minItems) errors.Add(FieldError.Invalid($"{at}", $"{count}", $"{at} in body should have at least {_minItems} items"));
        if (count > _maxItems) errors.Add(new($"{at}", "FieldValueTooMany", $"Too many: {count}: must have at most {_maxItems} items"));
    }

    void CheckProperties(int count, FieldPath at, List<FieldError> errors)
    {
        if (count < _minProperties) errors.Add(FieldError.Invalid($"{at}", $"{count}", $"{at} in body should have at least {_minProperties} properties"));
        if (count > _maxProperties) errors.Add(new($"{at}", "FieldValueTooMany", $"Too many: {count}: must have at most {_maxProperties} items"));
    }
}
