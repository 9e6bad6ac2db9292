using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
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
    const string FieldManager = Names.Operator;

    /// <summary>Objects a page of a list; as kubectl and client-go ask for.</summary>
    const int PageSize = 500;

    static readonly MediaTypeHeaderValue Json = new(MediaTypes.Json);
    static readonly MediaTypeWithQualityHeaderValue AcceptsJson = new(MediaTypes.Json);
    static readonly MediaTypeWithQualityHeaderValue AcceptsMetadata = MediaTypeWithQualityHeaderValue.Parse(MediaTypes.Metadata);
    static readonly ProductInfoHeaderValue Agent = new("slipway", typeof(KubernetesApi).Assembly.GetName().Version?.ToString(3));

    public CallCounter Calls { get; } = new();

    public Uri Server { get; } = server;

    public Task<T> GetAsync<T>(ResourceType type, ObjectKey key, JsonTypeInfo<T> json, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Get, type.ObjectPath(key), "get", type.Plural, null, json, cancellation);

    /// <summary>The server's version, such as <c>v1.33.1</c>; null when it tells none.</summary>
    public async Task<string?> VersionAsync(CancellationToken cancellation) => (await CallAsync(HttpMethod.Get, "/version", "get", "version", null, ApiJson.Default.VersionInfo, cancellation)).GitVersion;

    /// <summary>Every object of a collection, page by page.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(ResourceType type, string? ns, Selection selection, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        var all = new List<T>();
        string? next = null;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(type.CollectionPath(ns) + selection.Query(PageSize, next)));
            using var response = await SendAsync(request, "list", type.Plural, cancellation);
            using var page = JsonDocument.Parse(await Bodies.ReadAsync(response, cancellation));
            all.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Deserialize(json)!));
            next = page.RootElement.GetProperty("metadata").TryGetProperty("continue", out var token) ? token.GetString() : null;
        }
        while (!string.IsNullOrEmpty(next));
        return all;
    }

    public Task<T> CreateAsync<T>(ResourceType type, string ns, T body, JsonTypeInfo<T> json, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Post, $"{type.CollectionPath(ns)}?fieldManager={FieldManager}", "create", type.Plural, Body(body, json), json, cancellation);

    /// <summary>PUT; the body's resourceVersion, where given, is the precondition. Asks for the metadata alone.</summary>
    public async Task<ObjectMeta> ReplaceAsync<T>(ResourceType type, ObjectKey key, T body, JsonTypeInfo<T> json, string? subresource, CancellationToken cancellation) =>
        (await CallAsync(HttpMethod.Put, $"{type.ObjectPath(key, subresource)}?fieldManager={FieldManager}", "update", KindOf(type, subresource), Body(body, json), ApiJson.Default.MetadataOnly, cancellation)).Metadata ?? new();

    public Task<T> PatchAsync<T>(ResourceType type, ObjectKey key, Patch patch, JsonTypeInfo<T> json, string? subresource, CancellationToken cancellation) =>
        CallAsync(HttpMethod.Patch, type.ObjectPath(key, subresource) + patch.Query(FieldManager), "patch", KindOf(type, subresource), patch.Content(), json, cancellation);

    /// <summary>Patches and asks for the metadata alone.</summary>
    public async Task<ObjectMeta> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellation) =>
        (await PatchAsync(type, key, patch, ApiJson.Default.MetadataOnly, subresource, cancellation)).Metadata ?? new();

    public async Task DeleteAsync(ResourceType type, ObjectKey key, DeleteRequest request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, At(type.ObjectPath(key))) { Content = Body(DeleteOptions.Of(request), ApiJson.Default.DeleteOptions) };
        using var response = await SendAsync(message, "delete", type.Plural, cancellation);
    }

    /// <summary>Evicts the pod that has this UID; <see cref="TooManyRequestsException"/> when a budget has no room.</summary>
    public async Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellation)
    {
        var eviction = new Eviction(new() { Name = pod.Name, Namespace = pod.Namespace }, DeleteOptions.Of(new(Uid: uid)));
        using var message = new HttpRequestMessage(HttpMethod.Post, At(Kinds.Pods.ObjectPath(pod, "eviction"))) { Content = Body(eviction, ApiJson.Default.Eviction) };
        using var response = await SendAsync(message, "create", "pods/eviction", cancellation);
    }

    /// <summary>Any other request; the caller disposes the answer. Errors are thrown as <see cref="ApiException"/>.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string verb, string kind, CancellationToken cancellation)
    {
        request.Headers.UserAgent.Add(Agent);
        if (request.Headers.Accept.Count == 0) request.Headers.Accept.Add(AcceptsJson);
        request.RequestUri = request.RequestUri is { IsAbsoluteUri: true } absolute ? absolute : At(request.RequestUri?.OriginalString ?? "/");
        if (authorize is not null) await authorize(request, cancellation);
        Calls.Count(verb, kind);
        HttpResponseMessage response;
        try
        {
            response = await transport.SendAsync(request, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new UnreachableServerException($"cannot reach {Server}: {Innermost(failure)}", failure);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new UnreachableServerException($"{Server} did not answer in time", late);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw await StatusErrors.ReadAsync(response, cancellation);
    }

    /// <summary>An absolute address for a path of the API, below whatever prefix the server has.</summary>
    public Uri At(string path) => new($"{Server.GetLeftPart(UriPartial.Path).TrimEnd('/')}{path}");

    async Task<T> CallAsync<T>(HttpMethod method, string path, string verb, string kind, HttpContent? content, JsonTypeInfo<T> json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, At(path)) { Content = content };
        if (typeof(T) == typeof(MetadataOnly)) request.Headers.Accept.Add(AcceptsMetadata);
        request.Headers.Accept.Add(AcceptsJson);
        using var response = await SendAsync(request, verb, kind, cancellation);
        var body = await Bodies.ReadAsync(response, cancellation);
        try
        {
            return JsonSerializer.Deserialize(body.Span, json)!;
        }
        catch (JsonException broken)
        {
            throw new UnreachableServerException($"{Server} answered {method} {path} with a body that cannot be read: {broken.Message}", broken);
        }
    }

    static ByteArrayContent Body<T>(T body, JsonTypeInfo<T> json) => new(JsonSerializer.SerializeToUtf8Bytes(body, json)) { Headers = { ContentType = Json } };

    static string KindOf(ResourceType type, string? subresource) => subresource is null ? type.Plural : $"{type.Plural}/{subresource}";

    static string Innermost(Exception failure) => (failure.GetBaseException().Message is { Length: > 0 } message ? message : failure.GetType().Name).TrimEnd('.');
}

/// <summary>Which objects of a collection.</summary>
public sealed record Selection(string? LabelSelector = null, string? FieldSelector = null)
{
    public static Selection All { get; } = new();

    internal string Query(int limit, string? next)
    {
        var query = new StringBuilder("?limit=").Append(limit);
        Add("labelSelector", LabelSelector);
        Add("fieldSelector", FieldSelector);
        Add("continue", next);
        return query.ToString();

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }
}

/// <summary>A patch body in one of the API server's four content types.</summary>
public sealed record Patch(string ContentType, ReadOnlyMemory<byte> Body, string? FieldManager = null, bool Force = false)
{
    public static Patch Json(string body) => Json(Encoding.UTF8.GetBytes(body));

    public static Patch Json(ReadOnlyMemory<byte> body) => new("application/json-patch+json", body);

    public static Patch Merge(string body) => new("application/merge-patch+json", Encoding.UTF8.GetBytes(body));

    public static Patch Strategic(string body) => new("application/strategic-merge-patch+json", Encoding.UTF8.GetBytes(body));

    /// <summary>Server-side apply; a JSON body is YAML too.</summary>
    public static Patch Apply(string body, string fieldManager, bool force = false) => new("application/apply-patch+yaml", Encoding.UTF8.GetBytes(body), fieldManager, force);

    internal string Query(string fallback) => $"?fieldManager={Uri.EscapeDataString(FieldManager ?? fallback)}{(Force ? "&force=true" : "")}";

    internal HttpContent Content() => new ReadOnlyMemoryContent(Body) { Headers = { ContentType = new(ContentType) } };
}

/// <summary>How to delete; the preconditions make a same-named successor safe.</summary>
public sealed record DeleteRequest(string? Uid = null, string? ResourceVersion = null, string? PropagationPolicy = null, int? GracePeriodSeconds = null);
