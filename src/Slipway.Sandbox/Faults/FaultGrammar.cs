using System.Globalization;

namespace Slipway.Sandbox.Faults;

/// <summary>Reads rules as people write them: <c>key=value</c> pairs, separated by spaces.</summary>
static class FaultGrammar
{
    static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    static readonly Dictionary<int, string> Reasons = new()
    {
        [400] = "BadRequest", [401] = "Unauthorized", [403] = "Forbidden", [404] = "NotFound", [409] = "Conflict", [410] = "Expired", [422] = "Invalid",
        [429] = "TooManyRequests", [500] = "InternalError", [502] = "BadGateway", [503] = "ServiceUnavailable", [504] = "Timeout",
    };

    const string Keys = "verb, kind, namespace, name, user, agent, delay, answer, retry-after, drop, watch, lag, stale, restart, skip, times, for";

    public static FaultRule Parse(string text)
    {
        var match = new FaultMatch();
        var faults = new List<Fault>();
        var rule = new FaultRule(match, faults) { Text = text.Trim() };
        int? retryAfter = null;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = word.IndexOf('=');
            var (key, value) = equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
            if (value.Length == 0 && key is not ("stale" or "restart")) throw new FormatException($"the fault has \"{word}\"; every word is KEY=VALUE with a key out of {Keys}");
            switch (key)
            {
                case "verb":
                    match = match with { Verbs = [.. value.Split(',').Select(verb => OneOf(key, verb, Verbs))] };
                    break;
                case "kind":
                    match = match with { Kind = value };
                    break;
                case "namespace":
                    match = match with { Namespace = value };
                    break;
                case "name":
                    match = match with { Name = value };
                    break;
                case "user":
                    match = match with { User = value };
                    break;
                case "agent":
                    match = match with { Agent = value };
                    break;
                case "delay":
                    faults.Add(new Fault.Delay(Duration(key, value)));
                    break;
                case "answer":
                    var code = Number(key, value);
                    faults.Add(new Fault.Refuse(code, Reasons.TryGetValue(code, out var reason) ? reason : throw Wrong(key, value, $"{string.Join(", ", Reasons.Keys)} are")));
                    break;
                case "retry-after":
                    retryAfter = Number(key, value);
                    break;
                case "drop":
                    faults.Add(OneOf(key, value, ["before", "after"]) == "before" ? new Fault.DropBefore() : new Fault.DropAfter());
                    break;
                case "watch":
                    faults.Add(OneOf(key, value, ["freeze", "duplicate", "reorder", "cut"]) switch
                    {
                        "freeze" => new Fault.Freeze(),
                        "duplicate" => new Fault.Duplicate(),
                        "reorder" => new Fault.Reorder(),
                        _ => new Fault.Cut(),
                    });
                    break;
                case "lag":
                    faults.Add(new Fault.Lag(Duration(key, value)));
                    break;
                case "stale" when value.Length == 0:
                    faults.Add(new Fault.Stale());
                    break;
                case "restart":
                    faults.Add(new Fault.Restart(value.Length == 0 ? TimeSpan.Zero : Duration(key, value)));
                    break;
                case "skip":
                    rule = rule with { Skip = Number(key, value) };
                    break;
                case "times":
                    rule = rule with { Times = Number(key, value) is var times and > 0 ? times : throw Wrong(key, value, "a whole number of at least 1 is") };
                    break;
                case "for":
                    rule = rule with { For = Duration(key, value) };
                    break;
                default:
                    throw new FormatException($"the fault has the key \"{key}\"; {Keys} are allowed");
            }
        }

        if (faults.Count == 0) throw new FormatException($"the fault \"{text.Trim()}\" says nothing that goes wrong; name one of delay, answer, drop, watch, lag, stale, restart");
        if (rule.Times is not null && faults.Any(fault => fault is Fault.Freeze)) throw new FormatException("times does not go with watch=freeze; for does");
        if (retryAfter is not null && !faults.OfType<Fault.Refuse>().Any()) throw new FormatException("retry-after goes with answer");
        return rule with { Match = match, Faults = [.. faults.Select(fault => fault is Fault.Refuse refuse ? refuse with { RetryAfter = retryAfter } : fault)] };
    }

    static string OneOf(string key, string value, IReadOnlyList<string> allowed) => allowed.Contains(value) ? value : throw Wrong(key, value, $"{string.Join(", ", allowed)} are");

    static int Number(string key, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(key, value, "a whole number is");

    static TimeSpan Duration(string key, string value)
    {
        var (unit, digits) = value switch
        {
            [.. var number, 'm', 's'] => (0.001, number),
            [.. var number, 's'] => (1.0, number),
            [.. var number, 'm'] => (60.0, number),
            _ => (0.0, value),
        };
        return unit > 0 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count * unit <= 86_400
            ? TimeSpan.FromSeconds(count * unit)
            : throw Wrong(key, value, "a time such as 200ms, 2s or 5m, up to a day, is");
    }

    static FormatException Wrong(string key, string value, string allowed) => new($"the fault has {key}={value}; {allowed} allowed");
}
