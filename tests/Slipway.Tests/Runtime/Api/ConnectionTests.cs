using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;
using Slipway.Sandbox;
using Xunit;

namespace Slipway.Tests.Runtime.Api;

public sealed class ConnectionTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_over_a_socket_tells_a_change_while_it_is_open(bool tls)
    {
        await using var cluster = new SandboxCluster(new(), TimeProvider.System);
        var address = await cluster.ServeAsync(0, tls, Stop);
        using var file = new TemporaryFile(address.Kubeconfig);
        using var connection = Connection.Open(file.Path, null);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var informer = new Informer<Named>(connection.Api, Kinds.ConfigMaps, "default", Named.Read, new(), TimeProvider.System);
        var seen = new TaskCompletionSource();
        informer.Store.Changed += _ => seen.TrySetResult();
        var running = informer.RunAsync(end.Token);
        await informer.SyncedAsync(Stop);

        cluster.Objects.Create(Kinds.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "a", ["namespace"] = "default" } });

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        await end.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("hello", "is no kubeconfig: a mapping with clusters, users and contexts is needed")]
    [InlineData("[1, 2]", "is no kubeconfig: a mapping with clusters, users and contexts is needed")]
    [InlineData("a: 1\nb: c: d\n", "cannot be read: line 2: ")]
    [InlineData("apiVersion: v1\nkind: Config\n", "names no current context; give --context")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: []\n", "has no context a; it has none")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: gone, user: me}}]\nclusters: []\nusers: []\n", "has no cluster gone, which context a names")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: c, user: gone}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: []\n", "has no user gone, which context a names")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'not a url'}}]\nusers: []\n", "cannot be read: server of cluster c is \"not a url\"; an address such as https://host:6443 is allowed")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'https://h', certificate-authority-data: 'xx'}}]\nusers: []\n", "cannot be read:")]
    public void A_kubeconfig_that_cannot_be_used_is_refused_with_one_sentence_that_names_it(string text, string why)
    {
        using var file = new TemporaryFile(text);

        var refusal = Assert.Throws<ConnectionException>(() => Connection.Open(file.Path, null));

        Assert.StartsWith($"kubeconfig {file.Path} {why}", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain("System.", refusal.Message);
    }

    [Fact]
    public void A_context_may_go_without_a_user()
    {
        using var file = new TemporaryFile("current-context: a\ncontexts: [{name: a, context: {cluster: c, namespace: shop}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1/base'}}]\n");

        using var connection = Connection.Open(file.Path, null);

        Assert.Equal(("shop", null, "http://127.0.0.1:1/base/api"), (connection.Namespace, connection.User, connection.Api.At("/api").ToString()));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_in_one_sentence()
    {
        using var file = new TemporaryFile("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n");
        using var connection = Connection.Open(file.Path, null);

        var failure = await Assert.ThrowsAsync<UnreachableServerException>(() => connection.Api.DeleteAsync(Kinds.Pods, new("shop", "a"), new(), Stop));

        Assert.Equal("cannot reach http://127.0.0.1:1/: Connection refused", failure.Message);
    }

    sealed record Named(ObjectKey Key, string Uid, string ResourceVersion) : IProjected
    {
        public static Named Read(ref Utf8JsonReader reader)
        {
            var metadata = JsonNode.Parse(ref reader)!["metadata"]!;
            return new(new(metadata["namespace"]!.ToString(), metadata["name"]!.ToString()), metadata["uid"]!.ToString(), metadata["resourceVersion"]!.ToString());
        }
    }

    sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose() => File.Delete(Path);
    }
}
