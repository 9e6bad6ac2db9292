using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>A write of an object that is there: what it takes from the body, what it leaves as it was, and what of that is new.</summary>
sealed class ObjectUpdate
{
    static readonly string[] Unchangeable = ["uid", "creationTimestamp", "name", "namespace", "selfLink", "generateName", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "generation"];

    static readonly string[] WrittenWithStatus = ["labels", "annotations", "managedFields"];

    readonly ServedKind _kind;
    readonly bool _isOfStatus;
    readonly bool _keepsStatus;

    /// <param name="kind">The kind of both.</param>
    /// <param name="stored">What is stored, in the version that is written.</param>
    /// <param name="body">What is sent; parts of it become the new object.</param>
    /// <param name="subresource">Where it is sent.</param>
    public ObjectUpdate(ServedKind kind, JsonElement stored, JsonObject body, string? subresource)
    {
        (_kind, Stored, _isOfStatus) = (kind, stored, subresource == "status");
        _keepsStatus = kind.HasStatus && subresource is not ("status" or "binding");
        After = _isOfStatus ? stored.ToNode() : body;
        if (_isOfStatus) TakeStatus(body);
        else TakeAll();
    }

    /// <summary>What is stored, in the version that is written.</summary>
    public JsonElement Stored { get; }

    /// <summary>The same, for those who compare nodes.</summary>
    public JsonObject Before => field ??= Stored.ToNode();

    public JsonObject After { get; }

    /// <summary>Counts the generation up where the write asks for something new; false when all is as it was.</summary>
    public bool Count()
    {
        if (_isOfStatus) return !Stored.At("status").Says(After["status"]) || !Array.TrueForAll(WrittenWithStatus, IsSame);
        var asks = !(IsSame(IsSpecification) && (!_kind.GenerationCountsAnnotations || IsSame("annotations")));
        if (asks && After.At("metadata", "generation").Number() is { } generation) After["metadata"]!["generation"] = generation + 1;
        return asks || !IsSame(name => name == "metadata" || (name == "status" && !_keepsStatus));
    }

    /// <summary>Beside the new status everything stands as it was, with its defaults; but for labels and annotations, which can be written along with the status of a built-in kind.</summary>
    void TakeStatus(JsonObject body)
    {
        body.Remove("status", out var status);
        if (status is null) After.Remove("status");
        else After["status"] = status;
        if (_kind.IsCustom) _kind.Schema!.Of("status")?.FillDefaults(After["status"]);
        if (body["metadata"] is not JsonObject written) return;
        var metadata = After["metadata"]!.AsObject();
        foreach (var name in _kind.IsCustom ? ["managedFields"] : WrittenWithStatus)
        {
            if (written[name] is { } value && !Stored.At("metadata", name).Says(value)) metadata[name] = value.DeepClone();
        }

        MetadataRules.DropEmpty(metadata);
    }

    void TakeAll()
    {
        if (_keepsStatus) Keep(Stored, After, "status");
        var (old, metadata) = (Stored.GetProperty("metadata"), After.Child("metadata"));
        foreach (var name in Unchangeable) Keep(old, metadata, name);
        if (metadata["managedFields"] is null) Keep(old, metadata, "managedFields");
        After["apiVersion"] = _kind.Type.ApiVersion;
        After["kind"] = _kind.Type.Kind;
        MetadataRules.DropEmpty(metadata);
        _kind.Default(After);
    }

    bool IsSpecification(string name) => name != "metadata" && !(_kind.HasStatus && name == "status");

    bool IsSame(string metadata) => Stored.At("metadata", metadata).Says(After.At("metadata", metadata));

    /// <summary>Whether those properties that count are as they were.</summary>
    bool IsSame(Func<string, bool> counts) =>
        After.All(property => !counts(property.Key) || (Stored.TryGetProperty(property.Key, out var old) && old.Says(property.Value)))
        && Stored.EnumerateObject().All(property => !counts(property.Name) || After.ContainsKey(property.Name));

    static void Keep(JsonElement from, JsonObject to, string name)
    {
        if (from.TryGetProperty(name, out var value) && value.AsNode() is { } node) to[name] = node;
        else to.Remove(name);
    }
}
