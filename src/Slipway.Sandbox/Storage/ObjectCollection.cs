using Slipway.Resources;

namespace Slipway.Sandbox.Storage;

/// <summary>The objects of one kind, by namespace and name, in the order of their keys in etcd.</summary>
sealed class ObjectCollection
{
    // The slash that ends a namespace counts in the order: "a-b/x" comes before "a/x".
    readonly SortedDictionary<string, SortedDictionary<string, StoredObject>> _namespaces = new(StringComparer.Ordinal);

    public StoredObject? this[ObjectKey key] => _namespaces.TryGetValue($"{key.Namespace}/", out var names) ? names.GetValueOrDefault(key.Name) : null;

    /// <summary>In one namespace, or (null or empty) all.</summary>
    public IReadOnlyList<StoredObject> In(string? ns) =>
        string.IsNullOrEmpty(ns) ? [.. _namespaces.Values.SelectMany(names => names.Values)]
        : _namespaces.TryGetValue($"{ns}/", out var found) ? [.. found.Values]
        : [];

    public void Put(StoredObject stored)
    {
        var path = $"{stored.Key.Namespace}/";
        if (!_namespaces.TryGetValue(path, out var names)) _namespaces[path] = names = new(StringComparer.Ordinal);
        names[stored.Key.Name] = stored;
    }

    public StoredObject? Remove(ObjectKey key)
    {
        var path = $"{key.Namespace}/";
        if (!_namespaces.TryGetValue(path, out var names) || !names.Remove(key.Name, out var old)) return null;
        if (names.Count == 0) _namespaces.Remove(path);
        return old;
    }
}
