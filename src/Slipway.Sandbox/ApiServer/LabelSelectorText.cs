using System.Globalization;
using Slipway.Resources;

namespace Slipway.Sandbox.ApiServer;

/// <summary>The text form of label selectors: <c>a=b,c!=d,e in (f,g),h,!i,j&gt;3</c> (Kubernetes, "Labels and Selectors").</summary>
sealed class LabelSelectorText
{
    readonly List<string> _tokens;
    int _at;

    LabelSelectorText(string text) => _tokens = [.. Tokens(text)];

    string? Next => _at < _tokens.Count ? _tokens[_at] : null;

    public static IReadOnlyList<Func<IReadOnlyDictionary<string, string>, bool>> Parse(string text)
    {
        var reader = new LabelSelectorText(text);
        var requirements = new List<Func<IReadOnlyDictionary<string, string>, bool>>();
        if (reader.Next is null) return requirements;
        do
        {
            requirements.Add(reader.Requirement());
        }
        while (reader.Take(",") && (reader.Next is not null ? true : throw reader.Unexpected("identifier after ','")));

        return reader.Next is null ? requirements : throw reader.Unexpected("',' or 'end of string'");
    }

    Func<IReadOnlyDictionary<string, string>, bool> Requirement()
    {
        if (Take("!")) return Of("DoesNotExist", Key());
        var key = Key();
        switch (Next)
        {
            case null or ",":
                return Of("Exists", key);
            case "=" or "==":
                _at++;
                return Of("In", key, Value());
            case "!=":
                _at++;
                return Of("NotIn", key, Value());
            case "in" or "notin":
                return Of(_tokens[_at++] == "in" ? "In" : "NotIn", key, [.. Set()]);
            case ">" or "<":
                return Compared(key, _tokens[_at++] == ">");
            default:
                throw Unexpected("in, notin, =, ==, !=, gt, lt");
        }
    }

    static Func<IReadOnlyDictionary<string, string>, bool> Of(string how, string key, params string[] values) => new LabelRequirement { Key = key, Operator = how, Values = values }.Holds;

    Func<IReadOnlyDictionary<string, string>, bool> Compared(string key, bool isGreater)
    {
        var bound = long.TryParse(Value(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw StatusException.BadRequest("for 'Gt', 'Lt' operators, the value must be an integer");
        return labels => labels.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && (isGreater ? value > bound : value < bound);
    }

    string Key() => Next is { } key && !IsSymbol(key) && MetadataRules.IsQualifiedName(key) ? _tokens[_at++] : throw Unexpected("a valid label key");

    /// <summary>What stands between a comparison and the next comma, which may be nothing.</summary>
    string Value()
    {
        if (Next is null or ",") return "";
        return !IsSymbol(Next) && MetadataRules.IsLabelValue(Next) ? _tokens[_at++] : throw Unexpected("a valid label value");
    }

    IEnumerable<string> Set()
    {
        if (!Take("(")) throw Unexpected("'('");
        if (Take(")")) return [""];
        var values = new List<string>();
        do
        {
            values.Add(Next is ")" ? "" : Value());
        }
        while (Take(","));

        return Take(")") ? values : throw Unexpected("',' or ')'");
    }

    bool Take(string token)
    {
        if (Next != token) return false;
        _at++;
        return true;
    }

    StatusException Unexpected(string expected) => StatusException.BadRequest($"unable to parse requirement: found '{Next}', expected: {expected}");

    static bool IsSymbol(string token) => token[0] is '(' or ')' or ',' or '!' or '=' or '<' or '>';

    static IEnumerable<string> Tokens(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            if (text[i] is '!' or '=' && i + 1 < text.Length && text[i + 1] == '=') i += 2;
            else if (text[i] is '(' or ')' or ',' or '!' or '=' or '<' or '>') i++;
            else while (i < text.Length && text[i] is not ('(' or ')' or ',' or '!' or '=' or '<' or '>') && !char.IsWhiteSpace(text[i])) i++;
            yield return text[start..i];
        }
    }
}
