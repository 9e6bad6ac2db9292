using System.Text.Json.Serialization.Metadata;
using Slipway.Resources;

namespace Slipway.Runtime.Api;

/// <summary>One connection to one API server: requests, errors as types (<see cref="ApiException"/>), every call counted.</summary>
/// <remarks>
/// Continuations stay on the caller's context. It takes an <see cref="HttpMessageInvoker"/> rather than an HttpClient, so
/// that an in-process server answers without a timer or a hop to another thread.
/// </remarks>
public sealed class KubernetesApi(HttpMessageInvoker transport, Uri server, Func<HttpRequestMessage, CancellationToken, Task>? authorize = null)
{
    public CallCounter Calls { get; } = new();

    public Uri Server { get; } = server;

    public Task<T> GetAsync<T>(ResourceType type, ObjectKey key, JsonTypeInfo<T> json, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Every object of a collection, page by page.</summary>
    public Task<IReadOnlyList<T>> ListAsync<T>(ResourceType type, string? ns, Selection selection, JsonTypeInfo<T> json, CancellationToken cancellation) => throw new NotImplementedException();

    public Task<T> CreateAsync<T>(ResourceType type, string ns, T body, JsonTypeInfo<T> json, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>PUT; the body's resourceVersion, where given, is the precondition.</summary>
    public Task<T> ReplaceAsync<T>(ResourceType type, ObjectKey key, T body, JsonTypeInfo<T> json, string? subresource, CancellationToken cancellation) => throw new NotImplementedException();

    public Task<T> PatchAsync<T>(ResourceType type, ObjectKey key, Patch patch, JsonTypeInfo<T> json, string? subresource, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Patches and keeps only the answer's metadata.</summary>
    public Task<ObjectMeta> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellation) => throw new NotImplementedException();

    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteRequest request, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Evicts the pod that has this UID; <see cref="TooManyRequestsException"/> when a budget has no room.</summary>
    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Any other request; the caller disposes the answer. Errors are thrown as <see cref="ApiException"/>.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string verb, string kind, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <summary>Which objects of a collection.</summary>
public sealed record Selection(string? LabelSelector = null, string? FieldSelector = null)
{
    public static Selection All { get; } = new();
}

/// <summary>A patch body in one of the API server's four content types.</summary>
public sealed record Patch(string ContentType, ReadOnlyMemory<byte> Body, string? FieldManager = null, bool Force = false)
{
    public static Patch Json(string body) => throw new NotImplementedException();
    public static Patch Merge(string body) => throw new NotImplementedException();
    public static Patch Strategic(string body) => throw new NotImplementedException();
    public static Patch Apply(string body, string fieldManager, bool force = false) => throw new NotImplementedException();
}

/// <summary>How to delete; the preconditions make a same-named successor safe.</summary>
public sealed record DeleteRequest(string? Uid = null, string? ResourceVersion = null, string? PropagationPolicy = null, int? GracePeriodSeconds = null);
