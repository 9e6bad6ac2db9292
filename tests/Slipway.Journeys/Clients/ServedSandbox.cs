using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;

namespace Slipway.Journeys.Clients;

/// <summary>A sandbox with two nodes and a fast clock, on a port, and a folder with its kubeconfig.</summary>
sealed class ServedSandbox : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("slipway-client-").FullName;

    ServedSandbox()
    {
    }

    public SandboxCluster Cluster { get; private set; } = Fresh(firstVersion: 1);

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    Uri Url { get; set; } = new("http://127.0.0.1:0");

    public static async Task<ServedSandbox> StartAsync(bool tls)
    {
        var served = new ServedSandbox();
        var address = await ServeAsync(served.Cluster, 0, tls);
        served.Url = address.Url;
        await File.WriteAllTextAsync(served.Kubeconfig, address.Kubeconfig);
        return served;
    }

    /// <summary>Ends the server, and starts another at the same address that knows nothing of the first.</summary>
    public async Task ReplaceAsync()
    {
        await Cluster.DisposeAsync();
        Cluster = Fresh(firstVersion: 1_000_000);
        await ServeAsync(Cluster, Url.Port, tls: false);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    static SandboxCluster Fresh(long firstVersion) => new(new() { FirstVersion = firstVersion, Nodes = [.. Enumerable.Range(1, 2).Select(n => new SandboxNode($"node-{n}", new Dictionary<string, string>()))] }, new ScaledTime(TimeProvider.System, 40));

    static Task<SandboxAddress> ServeAsync(SandboxCluster cluster, int port, bool tls)
    {
        cluster.Start();
        return cluster.ServeAsync(port, tls, CancellationToken.None);
    }
}
