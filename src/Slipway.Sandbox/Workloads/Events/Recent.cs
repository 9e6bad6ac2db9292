using System.Diagnostics.CodeAnalysis;

namespace Slipway.Sandbox.Workloads.Events;

/// <summary>The values used last, as many as client-go remembers of Events.</summary>
sealed class Recent<TKey, TValue> where TKey : notnull
{
    const int most = 4096;

    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> entries = [];
    readonly LinkedList<(TKey Key, TValue Value)> byUse = [];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = entries.TryGetValue(key, out var entry);
        value = found ? entry!.Value.Value : default;
        return found;
    }

    /// <summary>Remembers a value as the one used last, and forgets the one unused for longest if there are too many.</summary>
    public void Put(TKey key, TValue value)
    {
        if (entries.TryGetValue(key, out var before)) byUse.Remove(before);
        entries[key] = byUse.AddLast((key, value));
        if (entries.Count <= most) return;
        entries.Remove(byUse.First!.Value.Key);
        byUse.RemoveFirst();
    }
}
