using System.Text.Json;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Operator.Cluster;

/// <summary>
/// Strings, label sets and owners that thousands of cached objects share. One per informer, used by its reading loop only.
/// </summary>
sealed class Pools
{
    /// <summary>A pool that outgrows this starts anew: what is shared comes back at once, what is unique is not kept for ever.</summary>
    const int Most = 100_000;

    readonly Dictionary<ulong, string> _strings = [];
    readonly Dictionary<LabelSet, LabelSet> _labels = [];
    readonly Dictionary<Owner, Owner> _owners = [];

    /// <summary>The string or property name the reader is on.</summary>
    public string Text(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > 256) return reader.GetString()!;
        var hash = Hash(reader.ValueSpan);
        if (_strings.TryGetValue(hash, out var known) && reader.ValueTextEquals(known)) return known;
        if (_strings.Count >= Most) _strings.Clear();
        return _strings[hash] = reader.GetString()!;
    }

    public LabelSet Labels(LabelSet labels) => Shared(_labels, labels);

    public Owner Owner(Owner owner) => Shared(_owners, owner);

    static T Shared<T>(Dictionary<T, T> pool, T value) where T : notnull
    {
        if (pool.TryGetValue(value, out var known)) return known;
        if (pool.Count >= Most) pool.Clear();
        return pool[value] = value;
    }

    static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in text) hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }
}
