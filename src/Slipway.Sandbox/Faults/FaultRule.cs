using Slipway.Sandbox.ApiServer.Kinds;

namespace Slipway.Sandbox.Faults;

/// <summary>A request, as faults are matched against it.</summary>
public sealed record ApiCall(string Method, string Path, string? Plural, string UserAgent)
{
    /// <summary>The verb as roles spell it: get, list, watch, create, update, patch, delete, deletecollection; else the method.</summary>
    public string Verb { get; init; } = Method.ToLowerInvariant();

    public ServedKind? Kind { get; init; }
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";
    public string Subresource { get; init; } = "";
    public string User { get; init; } = "";

    public bool IsWrite => Method is not "GET";
}

/// <summary>Which calls a rule is about; what is empty matches all. Texts may begin or end with <c>*</c>.</summary>
public sealed record FaultMatch
{
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>A plural, singular or short name, or a kind; <c>pods/eviction</c> for a subresource.</summary>
    public string? Kind { get; init; }

    public string? Namespace { get; init; }
    public string? Name { get; init; }
    public string? User { get; init; }

    /// <summary>The user agent.</summary>
    public string? Agent { get; init; }

    public bool Matches(ApiCall call) =>
        (Verbs.Count == 0 || Verbs.Contains(call.Verb))
        && (Kind is null || IsOf(call))
        && Fits(Namespace, call.Namespace) && Fits(Name, call.Name) && Fits(User, call.User) && Fits(Agent, call.UserAgent);

    bool IsOf(ApiCall call)
    {
        var parts = Kind!.Split('/');
        if (parts.Length > 1 && parts[1] != call.Subresource) return false;
        if (call.Kind is not { } kind) return false;
        return new[] { kind.Type.Plural, kind.Singular, kind.Type.Kind, $"{kind.Type.Plural}.{kind.Type.Group}" }.Concat(kind.ShortNames)
            .Any(name => string.Equals(name, parts[0], StringComparison.OrdinalIgnoreCase));
    }

    static bool Fits(string? pattern, string text) => pattern is null || (pattern.StartsWith('*'), pattern.EndsWith('*')) switch
    {
        (true, true) => text.Contains(pattern.Trim('*'), StringComparison.Ordinal),
        (true, false) => text.EndsWith(pattern[1..], StringComparison.Ordinal),
        (false, true) => text.StartsWith(pattern[..^1], StringComparison.Ordinal),
        _ => text == pattern,
    };
}

/// <summary>Which calls, what goes wrong with them, and how often.</summary>
public sealed record FaultRule(FaultMatch Match, IReadOnlyList<Fault> Faults)
{
    /// <summary>As many calls, or events of watches, are left alone first.</summary>
    public int Skip { get; init; }

    /// <summary>After so many the rule is over; null: never.</summary>
    public int? Times { get; init; }

    /// <summary>So long after its beginning the rule is over; null: never.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>How it was written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Reads a rule such as <c>verb=patch kind=pods answer=409 times=3</c>.</summary>
    /// <exception cref="FormatException">One sentence that names the word and what is allowed.</exception>
    public static FaultRule Parse(string text) => FaultGrammar.Parse(text);
}

/// <summary>A rule in force.</summary>
/// <param name="Id">Its number, for taking it back.</param>
/// <param name="Rule">What it says.</param>
/// <param name="Befallen">How many calls and events it has befallen.</param>
public sealed record FaultInForce(int Id, FaultRule Rule, int Befallen);
