using System.Globalization;

namespace Slipway.Workloads;

/// <summary>Enough of a container ID to tell two containers apart: its first 16 hexadecimal digits.</summary>
/// <remarks>Runtimes name containers by 64 random digits; IDs of another form are hashed (FNV-1a).</remarks>
public readonly record struct ContainerId(ulong Value)
{
    const int Digits = 16;

    public static ContainerId From(ReadOnlySpan<char> id)
    {
        var separator = id.IndexOf("://");
        var bare = separator < 0 ? id : id[(separator + 3)..];
        return bare.Length >= Digits && ulong.TryParse(bare[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? new(value)
            : new(Hash(bare));
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text) hash = (hash ^ character) * 1099511628211UL;
        return hash;
    }
}
