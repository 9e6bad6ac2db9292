using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>A write of an object that is there: what it takes from the body, what it leaves as it was, and what of that is new.</summary>
sealed class ObjectUpdate
{
    static readonly string[] Unchangeable = ["uid", "creationTimestamp", "name", "namespace", "selfLink", "generateName", "deletionTimestamp", "deletionGracePeriodSeconds"];

    readonly ServedKind _kind;
    readonly JsonElement _stored;
    readonly bool _isOfStatus;
    readonly bool _keepsStatus;

    /// <param name="kind">The kind of both.</param>
    /// <param name="stored">What is stored, in the version that is written.</param>
    /// <param name="body">What is sent; parts of it become the new object.</param>
    /// <param name="subresource">Where it is sent.</param>
    public ObjectUpdate(ServedKind kind, JsonElement stored, JsonObject body, string? subresource)
    {
        (_kind, _stored, _isOfStatus) = (kind, stored, subresource == "status");
        _keepsStatus = kind.HasStatus && subresource is not ("status" or "binding");
        Before = stored.ToNode();
        After = _isOfStatus ? Before.DeepClone().AsObject() : body;
        TakeStatus(body);
        TakeMetadata(body);
        After["apiVersion"] = kind.Type.ApiVersion;
        After["kind"] = kind.Type.Kind;
        MetadataRules.DropEmpty(After["metadata"]!.AsObject());

        // Beside a status stands what has its defaults already.
        if (!_isOfStatus) kind.Default(After);
        else if (kind.IsCustom) kind.Schema!.Of("status")?.FillDefaults(After["status"]);
    }

    public JsonObject Before { get; }

    public JsonObject After { get; }

    /// <summary>Counts the generation up where the write asks for something new; false when all is as it was.</summary>
    public bool Count()
    {
        var asks = !_isOfStatus && !(IsSame(IsSpecification) && (!_kind.GenerationCountsAnnotations || IsSame("annotations")));
        if (asks && After.At("metadata", "generation").Number() is { } generation) After["metadata"]!["generation"] = generation + 1;
        return asks || !IsSame(name => name == "metadata" || (name == "status" && !_keepsStatus));
    }

    void TakeStatus(JsonObject body)
    {
        if (_keepsStatus) Copy(Before, After, "status");
        if (!_isOfStatus) return;
        body.Remove("status", out var status);
        if (status is null) After.Remove("status");
        else After["status"] = status;
    }

    void TakeMetadata(JsonObject body)
    {
        var metadata = After.Child("metadata");
        var old = Before["metadata"]!.AsObject();
        foreach (var name in Unchangeable) Copy(old, metadata, name);
        metadata["resourceVersion"] = old["resourceVersion"]!.DeepClone();
        Copy(old, metadata, "generation");
        if (_isOfStatus && body["metadata"] is JsonObject written)
        {
            // Labels and annotations can be written along with the status of a built-in kind.
            foreach (var name in _kind.IsCustom ? ["managedFields"] : (string[])["labels", "annotations", "managedFields"])
            {
                if (written[name] is { } value) metadata[name] = value.DeepClone();
            }
        }

        if (metadata["managedFields"] is null) Copy(old, metadata, "managedFields");
    }

    bool IsSpecification(string name) => name != "metadata" && !(_kind.HasStatus && name == "status");

    bool IsSame(string metadata) => _stored.At("metadata", metadata).Says(After.At("metadata", metadata));

    /// <summary>Whether those properties that count are as they were.</summary>
    bool IsSame(Func<string, bool> counts) =>
        After.All(property => !counts(property.Key) || (_stored.TryGetProperty(property.Key, out var old) && old.Says(property.Value)))
        && _stored.EnumerateObject().All(property => !counts(property.Name) || After.ContainsKey(property.Name));

    static void Copy(JsonObject from, JsonObject to, string name)
    {
        if (from[name] is { } value) to[name] = value.DeepClone();
        else to.Remove(name);
    }
}
