using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>
/// The API server from within, for the sandbox's own controllers and kubelets: the same defaulting, validation, preconditions,
/// finalizers and events as over HTTP, without the HTTP. Errors are <see cref="StatusException"/>. Safe on any thread.
/// </summary>
public sealed class Objects
{
    public StoredObject? Get(ResourceType type, ObjectKey key) => throw new NotImplementedException();

    /// <summary>All objects of a kind, in one namespace or (null) all.</summary>
    public IReadOnlyList<StoredObject> List(ResourceType type, string? ns = null) => throw new NotImplementedException();

    /// <summary>Creates; <c>metadata.generateName</c> is honoured.</summary>
    public StoredObject Create(ResourceType type, JsonObject body) => throw new NotImplementedException();

    /// <summary>Replaces the object, or only its status when <paramref name="subresource"/> is <c>status</c>. A resourceVersion in the body is a precondition.</summary>
    public StoredObject Update(ResourceType type, JsonObject body, string? subresource = null) => throw new NotImplementedException();

    /// <summary>Deletes as DELETE does: graceful for pods, held by finalizers. <paramref name="uid"/> is a precondition.</summary>
    public void Delete(ResourceType type, ObjectKey key, string? uid = null, int? gracePeriodSeconds = null, string propagationPolicy = "Background") => throw new NotImplementedException();

    /// <summary>
    /// Calls back with every change of a kind, in order, starting with an addition per existing object. Called with the store's
    /// lock held: post it elsewhere, do not work in it.
    /// </summary>
    public IDisposable Watch(ResourceType type, Action<ObjectChange> onChange) => throw new NotImplementedException();
}

/// <summary>A refusal, as the API server puts it into a Status object.</summary>
public sealed class StatusException(int code, string reason, string message) : Exception(message)
{
    public int Code { get; } = code;
    public string Reason { get; } = reason;

    /// <summary><c>details</c> of the Status object, such as causes.</summary>
    public JsonObject? Details { get; init; }
}
