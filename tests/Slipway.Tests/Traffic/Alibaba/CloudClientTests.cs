using System.Text.Json.Nodes;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Edge;
using Slipway.Sandbox.Edge.CloudApi;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>The client against the make-believe cloud over HTTP, which checks each signature by its own means.</summary>
public sealed class CloudClientTests : IAsyncDisposable
{
    const string Token = "t0ken/with+signs==";

    readonly SandboxCluster _cluster = new(new(), TimeProvider.System);
    readonly SandboxCloud _cloud;
    readonly SandboxCloudApi _api;
    readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    int _nonces;

    public CloudClientTests()
    {
        _cluster.Objects.Create(Kinds.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        Apply(Kinds.Services, """
            {"metadata":{"name":"cart","namespace":"shop","annotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id":"lb-1","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-vgroup-port":"rsp-1:80",
              "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-ignore-weight-update":"on"} },"spec":{"type":"LoadBalancer","selector":{"app":"cart"},"ports":[{"port":80,"targetPort":8080}]} }
            """);
        var endpoints = new JsonArray();
        for (var i = 0; i < 41; i++)
        {
            var pod = _cluster.Objects.Create(Kinds.Pods, JsonNode.Parse($$$"""{"metadata":{"name":"cart-{{{i}}}","namespace":"shop"},"spec":{"containers":[{"name":"app","image":"registry.example/cart:1"}]} }""")!.AsObject());
            endpoints.Add((JsonNode)JsonNode.Parse($$$"""{"addresses":["10.0.0.{{{i + 1}}}"],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":"cart-{{{i}}}","uid":"{{{pod.Uid}}}"} }""")!.AsObject());
        }

        _cluster.Objects.Create(Kinds.EndpointSlices, new JsonObject
        {
            ["metadata"] = JsonNode.Parse("""{"name":"cart-1","namespace":"shop","labels":{"kubernetes.io/service-name":"cart"} }"""),
            ["addressType"] = "IPv4",
            ["ports"] = JsonNode.Parse("""[{"port":8080}]"""),
            ["endpoints"] = endpoints,
        });
        _cloud = new(_cluster);
        _api = new(_cloud, [new("LTAI-long", "s3cr3t"), new("STS.short", "temp-s3cr3t", Token)], TimeProvider.System);
    }

    void Apply(ResourceType type, string json) => _cluster.Objects.Create(type, JsonNode.Parse(json)!.AsObject());

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _cloud.Dispose();
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    async Task<ClassicGroups> GroupsAsync(AlibabaKey key, AlibabaSigning signing = AlibabaSigning.Acs3, Func<string>? nonce = null, TimeProvider? time = null)
    {
        if (_api.Url is null) await _api.ServeAsync(0, TestContext.Current.CancellationToken);
        return new(new(new() { Region = "cn-hangzhou", Key = () => key, Nonce = nonce ?? (() => $"n{++_nonces}"), Http = _http, Endpoint = _api.Url, Signing = signing }, time ?? TimeProvider.System));
    }

    [Theory]
    [InlineData(AlibabaSigning.Acs3, "LTAI-long", "s3cr3t", null)]
    [InlineData(AlibabaSigning.RpcV1, "LTAI-long", "s3cr3t", null)]
    [InlineData(AlibabaSigning.Acs3, "STS.short", "temp-s3cr3t", Token)]
    [InlineData(AlibabaSigning.RpcV1, "STS.short", "temp-s3cr3t", Token)]
    public async Task Either_signature_lets_a_known_key_read_and_write(AlibabaSigning signing, string id, string secret, string? token)
    {
        var groups = await GroupsAsync(new(id, secret, token), signing);

        var found = await groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken);
        await groups.SetAsync("rsp-1", [.. found.Take(40).Select(backend => backend with { Weight = 7 })], TestContext.Current.CancellationToken);
        var after = await groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(100, 41), found.Select(backend => backend.Weight));
        Assert.Equal([.. Enumerable.Repeat(7, 40), 100], after.Select(backend => backend.Weight));
        Assert.All(after, backend => Assert.Equal("k8s/80/cart/shop/sandbox", backend.Description));
    }

    [Theory]
    [InlineData(AlibabaSigning.Acs3)]
    [InlineData(AlibabaSigning.RpcV1)]
    public async Task A_wrong_secret_is_one_sentence_without_the_secret_or_the_token(AlibabaSigning signing)
    {
        var groups = await GroupsAsync(new("STS.short", "wr0ng", Token), signing);

        var refused = await Assert.ThrowsAsync<CloudException>(() => groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken));

        Assert.Equal("the secret does not belong to access key STS.short (SignatureDoesNotMatch)", refused.Message);
        Assert.Single(_api.Calls);
    }

    [Fact]
    public async Task A_nonce_is_taken_once()
    {
        var groups = await GroupsAsync(new("LTAI-long", "s3cr3t"), nonce: () => "the same");
        await groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<CloudException>(() => groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken));

        Assert.Equal("SignatureNonceUsed", refused.Code);
    }

    [Fact]
    public async Task A_clock_that_is_off_by_more_than_a_quarter_of_an_hour_is_said()
    {
        var groups = await GroupsAsync(new("LTAI-long", "s3cr3t"), time: new VirtualTime(TimeProvider.System.GetUtcNow().AddMinutes(-16)));

        var refused = await Assert.ThrowsAsync<CloudException>(() => groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken));

        Assert.Equal("this machine's clock and the cloud's are more than 15 minutes apart (InvalidTimeStamp.Expired)", refused.Message);
    }

    [Fact]
    public async Task The_make_believe_cloud_takes_no_more_than_forty_backends_at_once()
    {
        var groups = await GroupsAsync(new("LTAI-long", "s3cr3t"));
        var found = await groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<CloudException>(() => groups.SetAsync("rsp-1", found, TestContext.Current.CancellationToken));

        Assert.Equal("SetVServerGroupAttribute is refused: The number of backend servers is 41; 1 to 40 is allowed (InvalidParameter)", refused.Message);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_said_after_a_few_attempts()
    {
        var groups = new ClassicGroups(new(new() { Region = "cn-hangzhou", Key = () => new("LTAI-long", "s3cr3t"), Nonce = () => "n", Http = _http, Endpoint = new("http://127.0.0.1:1") }, new ScaledTime(TimeProvider.System, 50)));

        var failed = await Assert.ThrowsAsync<CloudException>(() => groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken));

        Assert.StartsWith("DescribeVServerGroupAttribute is not answered: ", failed.Message);
        Assert.True(failed.IsTransient);
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_is_said()
    {
        var groups = new ClassicGroups(new(new() { Region = "cn-hangzhou", Key = () => throw new FileNotFoundException("no such file: access-key-id"), Nonce = () => "n", Http = _http }, TimeProvider.System));

        var failed = await Assert.ThrowsAsync<CloudException>(() => groups.ReadAsync("rsp-1", TestContext.Current.CancellationToken));

        Assert.Equal("the access key cannot be read: no such file: access-key-id", failed.Message);
    }
}
