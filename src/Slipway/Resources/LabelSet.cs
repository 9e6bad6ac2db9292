using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Slipway.Resources;

/// <summary>A few labels in one array: what tens of thousands of cached pods share, or carry, cheaply.</summary>
public sealed class LabelSet : IReadOnlyDictionary<string, string>, IEquatable<LabelSet>
{
    readonly string[] _flat;

    public LabelSet(IEnumerable<KeyValuePair<string, string>> labels) =>
        _flat = [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal).SelectMany(label => new[] { label.Key, label.Value })];

    public static LabelSet Empty { get; } = new([]);

    public int Count => _flat.Length / 2;

    public IEnumerable<string> Keys => this.Select(label => label.Key);

    public IEnumerable<string> Values => this.Select(label => label.Value);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        for (var i = 0; i < _flat.Length; i += 2)
        {
            if (!string.Equals(_flat[i], key, StringComparison.Ordinal)) continue;
            value = _flat[i + 1];
            return true;
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var i = 0; i < _flat.Length; i += 2) yield return new(_flat[i], _flat[i + 1]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(LabelSet? other) => other is not null && _flat.AsSpan().SequenceEqual(other._flat);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var text in _flat) hash.Add(text, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
