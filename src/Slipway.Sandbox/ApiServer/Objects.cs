using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Fields;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.ApiServer.Schemas;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>
/// The API server from within: defaulting, validation, preconditions, finalizers and events, for HTTP requests and for the
/// sandbox's own controllers alike. Refusals are <see cref="StatusException"/>. Safe on any thread.
/// </summary>
public sealed class Objects
{
    readonly ObjectStore _store;
    readonly TimeProvider _time;
    readonly ObjectNames _names;

    public Objects(ObjectStore store, KindRegistry kinds, TimeProvider time, int seed)
    {
        (_store, Kinds, _time) = (store, kinds, time);
        _names = new(seed);
    }

    public KindRegistry Kinds { get; }

    /// <summary>Asked of every valid write of a request, in order; may change the object.</summary>
    public IReadOnlyList<Admission> Admissions { get; set; } = [];

    /// <summary>Asked of every write of a request before it is checked: nobody learns what is wrong with rights he may not hand out.</summary>
    public Admission? Grants { get; set; }

    public ObjectStore Store => _store;

    public StoredObject? Get(ResourceType type, ObjectKey key) => _store.Get(type, key);

    /// <summary>All objects of a kind, in one namespace or (null) all.</summary>
    public IReadOnlyList<StoredObject> List(ResourceType type, string? ns = null) => _store.List(type, ns);

    /// <summary>Calls back with every change of a kind, in order, starting with an addition per existing object. Under the store's lock: post it elsewhere.</summary>
    public IDisposable Watch(ResourceType type, Action<ObjectChange> onChange)
    {
        lock (_store.Gate)
        {
            foreach (var existing in _store.List(type, null)) onChange(new(existing.ResourceVersion, null, existing));
            return _store.Watch(type, _store.Version, onChange)!;
        }
    }

    /// <summary>Creates; <c>metadata.generateName</c> is honoured.</summary>
    public StoredObject Create(ResourceType type, JsonObject body, WriteOptions? options = null)
    {
        var kind = Kinds.Require(type);
        lock (_store.Gate)
        {
            var metadata = body.Child("metadata");
            CheckNamespace(type, metadata["namespace"].Text(), metadata["name"].Text());
            if (metadata["name"].Text() is not { Length: > 0 })
            {
                if (metadata["generateName"].Text() is not { Length: > 0 } prefix) throw StatusException.Invalid(type, "", [FieldError.Required("metadata.name", "name or generateName is required")]);
                metadata["name"] = _names.Generate(prefix);
            }

            var key = KeyOf(type, metadata);
            if (metadata["resourceVersion"].Text() is { Length: > 0 } and not "0") throw StatusException.BadRequest("resourceVersion should not be set on objects to be created");
            foreach (var name in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]) metadata.Remove(name);
            metadata["uid"] = _names.Uid();
            metadata["creationTimestamp"] = Now();
            if (kind.HasGeneration) metadata["generation"] = 1;
            else metadata.Remove("generation");
            body["apiVersion"] = type.ApiVersion;
            body["kind"] = type.Kind;
            if (kind.HasStatus) body.Remove("status");
            MetadataRules.DropEmpty(metadata);
            kind.Default(body);
            if (options?.User is { } user) Grants?.Invoke(new(type, body, null, null), user);
            Check(kind, key.Name, body, null);
            Admit(new(type, body, null, null), options);
            if (_store.Get(type, key) is not null) throw StatusException.AlreadyExists(type, key.Name);
            if (options?.FieldManager is { Length: > 0 } manager) ManagedFields.Note(kind, body, default, manager, null, Now());
            return options?.DryRun == true ? Unstored(type, key, body) : _store.Put(type, key, body);
        }
    }

    /// <summary>
    /// Replaces the object, or only its status when <paramref name="subresource"/> is <c>status</c>; <c>binding</c> takes a Binding and puts
    /// a pod on its node. A resourceVersion in the body is a precondition. The body is the server's own from here on.
    /// </summary>
    public StoredObject Update(ResourceType type, JsonObject body, string? subresource = null, WriteOptions? options = null)
    {
        var kind = Kinds.Require(type);
        lock (_store.Gate)
        {
            if (subresource == "binding") body = PodBinding.Apply(body, _store, Now());
            var metadata = body.Child("metadata");
            var key = KeyOf(type, metadata);
            var stored = _store.Get(type, key) ?? throw StatusException.NotFound(type, key.Name);
            if (metadata["uid"].Text() is { Length: > 0 } uid && uid != stored.Uid)
            {
                throw StatusException.Conflict(type, key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored.Uid}");
            }

            if (metadata["resourceVersion"].Text() is { Length: > 0 } version && version != stored.ResourceVersion.ToString(CultureInfo.InvariantCulture)) throw StatusException.Modified(type, key.Name);
            var update = new ObjectUpdate(kind, Served.As(stored.Json, type), body, subresource);
            var after = update.After;
            if (options?.User is { } user) Grants?.Invoke(new(type, after, update.Before, subresource), user);
            if (subresource == "status") CheckStatus(kind, key.Name, after);
            else Check(kind, key.Name, after, update.Before);
            if (options?.User is not null) Admit(new(type, after, update.Before, subresource), options);
            if (stored.IsTerminating) CheckDeletion(kind, key.Name, update.Before, after);
            if (!update.Count()) return stored;
            if (options?.FieldManager is { Length: > 0 } manager) ManagedFields.Note(kind, after, update.Stored, manager, subresource, Now());
            if (options?.DryRun == true) return Unstored(type, key, after);
            return Finished(_store.Put(type, key, after, subresource == "status" && stored.Type == type ? stored : null));
        }
    }

    /// <summary>Writes a status and nothing else, as the sandbox's own controllers do; that of a built-in kind is taken as it is. Null: it is the status that was seen.</summary>
    /// <exception cref="StatusException">409: the object is another than was seen. 404: it is gone. 422: the definition of its kind does not allow it.</exception>
    public StoredObject? UpdateStatus(StoredObject seen, JsonObject status)
    {
        if (seen.Json.At("status").Says(status)) return null;
        lock (_store.Gate)
        {
            var stored = _store.Get(seen.Type, seen.Key) ?? throw StatusException.NotFound(seen.Type, seen.Name);
            if (stored.ResourceVersion != seen.ResourceVersion) throw StatusException.Modified(seen.Type, seen.Name);
            var after = stored.Edit();
            after["status"] = status;
            if (Kinds.Require(seen.Type).IsCustom) return Update(seen.Type, after, "status");
            return Finished(_store.Put(seen.Type, seen.Key, after, stored));
        }
    }

    /// <summary>Deletes as DELETE does: graceful for pods, held by finalizers. <paramref name="uid"/> is a precondition.</summary>
    public StoredObject Delete(ResourceType type, ObjectKey key, string? uid = null, int? gracePeriodSeconds = null, string propagationPolicy = "Background") =>
        Delete(type, key, new DeleteOptions { Uid = uid, GracePeriodSeconds = gracePeriodSeconds, PropagationPolicy = propagationPolicy });

    /// <summary>Deletes; returns the object as it is afterwards, or was last.</summary>
    public StoredObject Delete(ResourceType type, ObjectKey key, DeleteOptions options)
    {
        lock (_store.Gate)
        {
            var stored = _store.Get(type, key) ?? throw StatusException.NotFound(type, key.Name);
            CheckPreconditions(stored, options);
            if (options.DryRun) return stored;
            var body = stored.Edit();
            var metadata = body["metadata"]!.AsObject();
            var finalizers = (metadata["finalizers"] as JsonArray ?? []).Select(item => item.Text()!).ToList();
            var added = options.PropagationPolicy switch
            {
                "Foreground" => "foregroundDeletion",
                "Orphan" => "orphan",
                _ => null,
            };
            // The last policy asked for is the one that holds.
            var changed = finalizers.RemoveAll(item => item is "foregroundDeletion" or "orphan" && item != added) > 0;
            if (added is not null && !finalizers.Contains(added))
            {
                finalizers.Add(added);
                changed = true;
            }

            if (changed) metadata["finalizers"] = new JsonArray([.. finalizers.Select(item => JsonValue.Create(item))]);

            var grace = Graces.Of(stored, options.GracePeriodSeconds);
            var isNamespace = type.Plural == "namespaces" && body.At("spec", "finalizers") is JsonArray { Count: > 0 };
            if (finalizers.Count == 0 && grace == 0 && !isNamespace)
            {
                _store.Remove(type, key);
                if (type.Plural != "pods") return stored;

                // A pod that goes at once is shown as being deleted.
                metadata["deletionTimestamp"] = Now();
                metadata["deletionGracePeriodSeconds"] = 0;
                return stored with { Json = body.ToElement() };
            }

            var isShorter = metadata["deletionTimestamp"] is null || grace < (metadata["deletionGracePeriodSeconds"].Number() ?? 0);
            if (!isShorter && !changed) return stored;
            if (isShorter)
            {
                metadata["deletionTimestamp"] = Text(_time.GetUtcNow().AddSeconds(grace));
                metadata["deletionGracePeriodSeconds"] = grace;
            }

            if (metadata["generation"].Number() is { } generation) metadata["generation"] = generation + 1;
            if (isNamespace) body.Child("status")["phase"] = "Terminating";
            return _store.Put(type, key, body);
        }
    }

    /// <exception cref="StatusException">409: the object is not the one that is meant, or has changed.</exception>
    internal static void CheckPreconditions(StoredObject stored, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != stored.Uid) throw StatusException.Conflict(stored.Type, stored.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored.Uid}");
        if (options.ResourceVersion is not { } version || version == stored.ResourceVersion.ToString(CultureInfo.InvariantCulture)) return;
        throw StatusException.Conflict(stored.Type, stored.Name, $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {stored.ResourceVersion}");
    }

    /// <summary>Takes up an object of another cluster as it is, with its UID and its status; one of that name that is here is replaced.</summary>
    public StoredObject TakeUp(ResourceType type, JsonObject body)
    {
        // What is stored has its defaults; another server may not have known them all.
        Kinds.Require(type).Default(body);
        return _store.Put(type, KeyOf(type, body.Child("metadata")), body);
    }

    /// <summary>Now, as the API writes times: whole seconds.</summary>
    public string Now() => Text(_time.GetUtcNow());

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Where the last finalizer is off, and the grace is over, the object goes.</summary>
    StoredObject Finished(StoredObject stored)
    {
        if (!stored.IsTerminating) return stored;
        var metadata = stored.Json.GetProperty("metadata");
        var held = metadata.At("finalizers").Items().Any()
            || stored.Json.At("spec", "finalizers").Items().Any()
            || (stored.Type.Plural == "pods" && metadata.At("deletionGracePeriodSeconds").Number() is > 0);
        if (!held) _store.Remove(stored.Type, stored.Key);
        return stored;
    }

    void Admit(AdmissionRequest request, WriteOptions? options)
    {
        if (options?.User is not { } user) return;
        foreach (var admission in Admissions) admission(request, user);
    }

    /// <summary>An object on its way out takes no new finalizers.</summary>
    static void CheckDeletion(ServedKind kind, string name, JsonObject before, JsonObject after)
    {
        var added = after.At("metadata", "finalizers").Texts().Except(before.At("metadata", "finalizers").Texts()).ToList();
        if (added.Count > 0) throw StatusException.Invalid(kind.Type, name, [FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers [{string.Join(", ", added.Select(item => $"\"{item}\""))}]")]);
    }

    static void Check(ServedKind kind, string name, JsonObject body, JsonObject? before)
    {
        var errors = MetadataRules.Check(kind, body).Concat(kind.Validate(body, before)).ToList();
        if (errors.Count > 0) throw StatusException.Invalid(kind.Type, name, errors);
    }

    /// <summary>A status is written beside what was valid before: of a built-in kind only the metadata can be wrong then, of a custom one the status.</summary>
    static void CheckStatus(ServedKind kind, string name, JsonObject body)
    {
        var errors = kind.IsCustom ? SchemaValidation.CheckStatus(kind.Schema!, body) : [.. MetadataRules.Check(kind, body)];
        if (errors.Count > 0) throw StatusException.Invalid(kind.Type, name, errors);
    }

    void CheckNamespace(ResourceType type, string? ns, string? name)
    {
        if (!type.Namespaced) return;
        var found = _store.Get(Slipway.Resources.Kinds.Namespaces, ObjectKey.Cluster(ns ?? "")) ?? throw StatusException.NotFound(Slipway.Resources.Kinds.Namespaces, ns ?? "");
        if (found.IsTerminating) throw StatusException.Terminating(type, name ?? "", ns!);
    }

    static ObjectKey KeyOf(ResourceType type, JsonObject metadata) => new(type.Namespaced ? metadata["namespace"].Text() ?? "" : "", metadata["name"].Text() ?? "");

    StoredObject Unstored(ResourceType type, ObjectKey key, JsonObject body) => new()
    {
        Type = type, Key = key, Uid = body.At("metadata", "uid").Text() ?? "", ResourceVersion = _store.Version, Json = body.ToElement(), Labels = LabelSet.Empty,
    };
}
