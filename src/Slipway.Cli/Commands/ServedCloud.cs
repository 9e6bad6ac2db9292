using System.Globalization;
using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Slipway.Sandbox.Edge;
using Slipway.Sandbox.Edge.CloudApi;

namespace Slipway.Cli.Commands;

/// <summary>The make-believe cloud of an embedded cluster, with its API on a port of this machine.</summary>
sealed class ServedCloud : IAsyncDisposable
{
    const string Region = "sandbox";

    static readonly CloudKey Key = new("sandbox-key", "sandbox-secret");

    readonly SandboxCloud? _own;
    readonly SandboxCloudApi _api;
    readonly HttpMessageInvoker _http;
    int _nonces;

    ServedCloud(EmbeddedCluster embedded, SandboxCloud? cloud)
    {
        _own = cloud is null ? new(embedded.Cluster) : null;
        _api = new(cloud ?? _own!, [Key], embedded.Time, TimeSpan.FromSeconds(2));
        _http = new(_api.CreateHandler());
    }

    /// <summary>For the operator beside it.</summary>
    public AlibabaAccess Access => new()
    {
        Region = Region,
        Key = () => new(Key.Id, Key.Secret),
        Nonce = () => string.Create(CultureInfo.InvariantCulture, $"embedded-{Interlocked.Increment(ref _nonces)}"),
        Http = _http,
        Endpoint = _api.Url,
    };

    public string Sentence => $"""
        The make-believe cloud's API is at {_api.Url}; a controller asks it with
          ALIBABA_CLOUD_ACCESS_KEY_ID={Key.Id} ALIBABA_CLOUD_ACCESS_KEY_SECRET={Key.Secret} slipway controller --alibaba-region {Region} --alibaba-endpoint {_api.Url}
        """;

    /// <summary>Over the cloud of the edge, where there is one: weights set here are then those it sends by.</summary>
    public static async Task<ServedCloud?> StartAsync(EmbeddedCluster embedded, SandboxCloud? cloud, int? port, CancellationToken cancellation)
    {
        if (port is null) return null;
        var served = new ServedCloud(embedded, cloud);
        try
        {
            await served._api.ServeAsync(port.Value, cancellation);
            return served;
        }
        catch (IOException taken)
        {
            await served.DisposeAsync();
            throw new CommandException(ExitCode.Error, $"--cloud-port {port} cannot be served: {taken.GetBaseException().Message.TrimEnd('.')}; --cloud-port 0 picks a free one");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _http.Dispose();
        _own?.Dispose();
    }
}
