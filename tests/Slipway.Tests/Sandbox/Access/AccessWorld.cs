using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Slipway.Sandbox;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.Clocks;

namespace Slipway.Tests.Sandbox.Access;

/// <summary>A sandbox whose roles decide, and callers with their own tokens.</summary>
sealed class AccessWorld : IAsyncDisposable
{
    readonly SandboxCluster cluster;
    readonly HttpMessageInvoker transport;

    public AccessWorld(bool rbac = true)
    {
        cluster = new(
            new()
            {
                Context = new SynchronizationContext(),
                Rbac = rbac,
                Users = [new("admin", "admin-token", [UserInfo.Masters]), new("ops", "ops-token", ["sre"]), new("viewer", "viewer-token", [])],
            },
            Time);
        transport = new(cluster.CreateUserHandler());
    }

    public VirtualTime Time { get; } = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public Answer Get(string who, string path, params (string Name, string Value)[] headers) => Send(who, HttpMethod.Get, path, null, headers);

    public Answer Post(string who, string path, string body, params (string Name, string Value)[] headers) => Send(who, HttpMethod.Post, path, body, headers);

    public Answer Put(string who, string path, string body) => Send(who, HttpMethod.Put, path, body, []);

    public Answer Delete(string who, string path) => Send(who, HttpMethod.Delete, path, null, []);

    /// <summary>Gives a user or group what a cluster role allows, in one namespace or (null) everywhere.</summary>
    public void Bind(string kind, string subject, string clusterRole, string? ns)
    {
        var body = $$"""
            { "metadata": { "name": "{{subject}}-{{clusterRole}}" }, "subjects": [ { "kind": "{{kind}}", "name": "{{subject}}" } ], "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{{clusterRole}}" } }
            """;
        var path = ns is null ? "clusterrolebindings" : $"namespaces/{ns}/rolebindings";
        Xunit.Assert.Equal(201, Post("admin", $"/apis/rbac.authorization.k8s.io/v1/{path}", body).Code);
    }

    public async ValueTask DisposeAsync() => await cluster.DisposeAsync();

    Answer Send(string who, HttpMethod method, string path, string? body, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"http://sandbox{path}");
        if (who.Length > 0) request.Headers.Authorization = new("Bearer", who.Contains('.', StringComparison.Ordinal) ? who : $"{who}-token");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = transport.Send(request, CancellationToken.None);
        using var text = new StreamReader(response.Content.ReadAsStream());
        return new((int)response.StatusCode, JsonElement.Parse(text.ReadToEnd()));
    }
}

/// <summary>Status code and body.</summary>
sealed record Answer(int Code, JsonElement Body)
{
    public string Reason => Body.GetProperty("reason").GetString()!;

    public string Message => Body.GetProperty("message").GetString()!;

    public JsonElement Status => Body.GetProperty("status");
}
