using System.Globalization;

namespace Slipway.Components;

/// <summary>
/// A component's version by Semantic Versioning, read as image tags write it: <c>v</c> before it, fewer or more than three
/// numbers, and a build's suffix after it make no difference; <c>-alpha</c>, <c>-beta</c> and <c>-rc</c> come before the release.
/// </summary>
public readonly record struct ComponentVersion(int Major, int Minor, int Patch, bool BeforeRelease = false) : IComparable<ComponentVersion>
{
    static readonly string[] BeforeWords = ["alpha", "beta", "rc", "pre", "preview", "dev", "snapshot"];

    public static bool TryParse(string text, out ComponentVersion version)
    {
        version = default;
        var bare = text.StartsWith('v') || text.StartsWith('V') ? text[1..] : text;
        var end = bare.IndexOfAny(['-', '+', '_']);
        var (numbers, suffix) = end < 0 ? (bare, "") : (bare[..end], bare[end..]);
        var parts = new List<int>();
        foreach (var part in numbers.Split('.'))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            parts.Add(number);
        }

        // A bare number is as likely a date or a build as a version.
        if (parts.Count < 2) return false;
        version = new(parts[0], parts[1], parts.Count > 2 ? parts[2] : 0, BeforeWords.Any(word => IsBeforeRelease(suffix, word)));
        return true;
    }

    /// <exception cref="FormatException">It is not a version.</exception>
    public static ComponentVersion Parse(string text) => TryParse(text, out var version) ? version : throw new FormatException($"{text} is not a version");

    public int CompareTo(ComponentVersion other) => (Major, Minor, Patch, !BeforeRelease).CompareTo((other.Major, other.Minor, other.Patch, !other.BeforeRelease));

    public static bool operator <(ComponentVersion left, ComponentVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ComponentVersion left, ComponentVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ComponentVersion left, ComponentVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ComponentVersion left, ComponentVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Major}.{Minor}.{Patch}";

    /// <summary><c>-rc1</c>, <c>-rc.1</c> and <c>-rc</c>, but not <c>-release</c>.</summary>
    static bool IsBeforeRelease(string suffix, string word) =>
        suffix.StartsWith($"-{word}", StringComparison.OrdinalIgnoreCase) && (suffix.Length == word.Length + 1 || !char.IsAsciiLetter(suffix[word.Length + 1]));
}
