using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>An API server as one check sees it: requests in the namespace of its area, and names of its own.</summary>
public sealed class Cluster
{
    const string Json = "application/json";

    static int _names;

    readonly List<string> _atEnd = [];
    readonly Caller _caller = Caller.Administrator;

    internal Cluster(Target target, string area)
    {
        Target = target;
        Namespace = $"conformance-{target.Run}-{area.Replace("Checks", "").Replace("_", "-").ToLowerInvariant()}";
    }

    Cluster(Cluster cluster, Caller caller, string? ns = null)
    {
        (Target, Namespace, _atEnd, _caller) = (cluster.Target, ns ?? cluster.Namespace, cluster._atEnd, caller);
    }

    internal Target Target { get; }

    public override string ToString() => Target.Name;

    public string Namespace { get; }

    /// <summary>The same, for whoever the administrator impersonates.</summary>
    public Cluster As(string user, params string[] groups) => As(new Person(user, groups));

    public Cluster As(Person person) => new(this, _caller with { Person = person });

    /// <summary>The same, in a namespace of its own.</summary>
    public Cluster In(string word) => new(this, _caller, $"{Namespace}-{word}");

    /// <summary>The same, for whoever has a token; for nobody when it is null.</summary>
    public Cluster Bearing(string? token) => new(this, new(token, IsAdministrator: false, null));

    public string ConfigMaps => Core("configmaps");

    public string Pods => Core("pods");

    public string Services => Core("services");

    public string Events => Core("events");

    public string Deployments => Of("apps", "deployments");

    public string ReplicaSets => Of("apps", "replicasets");

    public string StatefulSets => Of("apps", "statefulsets");

    public string Budgets => Of("policy", "poddisruptionbudgets");

    public string Leases => Of("coordination.k8s.io", "leases");

    public string EndpointSlices => Of("discovery.k8s.io", "endpointslices");

    public static string Definitions => "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    public string Core(string plural) => $"/api/v1/namespaces/{Namespace}/{plural}";

    public string Of(string group, string plural, string version = "v1") => $"/apis/{group}/{version}/namespaces/{Namespace}/{plural}";

    /// <summary>A name no other check uses.</summary>
    public string Name(string word) => $"{word}-{Target.Run}-{Interlocked.Increment(ref _names)}";

    /// <summary>Deletes this when the check is over, however it ends.</summary>
    public void AtEnd(string path) => _atEnd.Add(path);

    public Task<Answer> Get(string path, string accept = Json) => Send("GET", path, accept: accept);

    public Task<Answer> Post(string path, string body, string type = Json) => Send("POST", path, body, type);

    /// <summary>Creates what goes when the check is over: the pods of the whole suite need not fit on one node.</summary>
    public async Task<Answer> PostUntilEnd(string path, string body)
    {
        var answer = await Post(path, body);
        if (answer.Code == 201) AtEnd($"{path}/{answer.Name}");
        return answer;
    }

    public Task<Answer> Put(string path, string body) => Send("PUT", path, body);

    public Task<Answer> Delete(string path, string? body = null) => Send("DELETE", path, body);

    public Task<Answer> Merge(string path, string patch) => Send("PATCH", path, patch, "application/merge-patch+json");

    public Task<Answer> Strategic(string path, string patch) => Send("PATCH", path, patch, "application/strategic-merge-patch+json");

    public Task<Answer> JsonPatch(string path, string patch) => Send("PATCH", path, patch, "application/json-patch+json");

    public Task<Answer> Apply(string path, string manager, string configuration, bool force = false, string more = "") =>
        Send("PATCH", $"{path}?fieldManager={manager}&force={(force ? "true" : "false")}{more}", configuration, "application/apply-patch+yaml");

    public Task<Answer> Send(string method, string path, string? body = null, string? type = Json, string accept = Json) =>
        SendBytes(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), type, accept);

    public async Task<Answer> SendBytes(string method, string path, byte[]? body, string? type = Json, string accept = Json)
    {
        await EnsureNamespaceAsync(path);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var response = await SendAsync(method, path, body, type, accept, patience.Token);
        var text = await response.Content.ReadAsStringAsync(patience.Token);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new(
            $"{method} {path}", (int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", text, warnings,
            response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Opens a watch; the path carries its other parameters.</summary>
    public async Task<Watching> Watch(string path, string accept = Json)
    {
        await EnsureNamespaceAsync(path);
        var response = await Open();

        // A server whose watch cache is still being filled asks to come again.
        for (var times = 0; (int)response.StatusCode == 429 && times < 20; times++)
        {
            await Task.Delay(Target.Poll);
            response.Dispose();
            response = await Open();
        }

        Assert.True((int)response.StatusCode == 200, $"watch {path} is answered {(int)response.StatusCode}");
        return new(response, await response.Content.ReadAsStreamAsync());

        Task<HttpResponseMessage> Open() => SendAsync("GET", $"{path}{(path.Contains('?') ? '&' : '?')}watch=true", null, null, accept, CancellationToken.None);
    }

    /// <summary>Asks again until the answer is as wished, for three minutes at most.</summary>
    public async Task<Answer> Until(string what, Func<Task<Answer>> ask, Func<Answer, bool> wished)
    {
        var (answer, isWished) = await Within(TimeSpan.FromMinutes(Target.Name == "sandbox" ? 0.5 : 3), ask, wished);
        Assert.True(isWished, $"it never comes about that {what}; last seen {answer.Code}: {(answer.Text.Length > 3000 ? answer.Text[..3000] : answer.Text)}");
        return answer;
    }

    /// <summary>Asks again until the answer is as wished, or the time is over; the last answer.</summary>
    public async Task<(Answer Last, bool IsWished)> Within(TimeSpan time, Func<Task<Answer>> ask, Func<Answer, bool> wished)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (wished(answer)) return (answer, true);
            if (TimeProvider.System.GetElapsedTime(started) >= time) return (answer, false);
            await Task.Delay(Target.Poll);
        }
    }

    /// <summary>Waits until an object is as wished.</summary>
    public Task<Answer> Until(string what, string path, Func<Answer, bool> wished) => Until(what, () => Get(path), wished);

    /// <summary>Takes the finalizers off an object.</summary>
    public Task<Answer> Free(string path) => Merge(path, """{"metadata":{"finalizers":null}}""");

    /// <summary>Waits until an object is gone.</summary>
    public Task Gone(string path) => Until($"{path} is gone", () => Get(path), answer => answer.Code == 404);

    internal async Task TidyAsync()
    {
        Exception? first = null;
        foreach (var path in Enumerable.Reverse(_atEnd))
        {
            try
            {
                await Delete(path);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                // The others go all the same.
                first ??= failure;
            }
        }

        if (first is not null) throw first;
    }

    Task EnsureNamespaceAsync(string path) => path.Contains($"/namespaces/{Namespace}/") ? Target.EnsureNamespaceAsync(Namespace) : Task.CompletedTask;

    async Task<HttpResponseMessage> SendAsync(string method, string path, byte[]? body, string? type, string accept, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.UserAgent.Add(new("conformance", "1.0"));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        _caller.Sign(request);
        return await (_caller.IsAdministrator ? Target.SendAsync(request, cancellation) : Target.SendBareAsync(request, cancellation));
    }
}
