using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Xunit;

namespace Slipway.Journeys.Kubectl;

/// <summary>A sandbox over HTTPS with two nodes and a fast clock, and a folder with its kubeconfig.</summary>
public sealed class KubectlSandbox : IAsyncLifetime
{
    const double Speed = 40;

    readonly string _folder = Directory.CreateTempSubdirectory("slipway-kubectl-").FullName;
    readonly SandboxCluster _cluster = new(
        new() { RecordsEvents = true, Nodes = [.. Enumerable.Range(1, 2).Select(n => new SandboxNode($"node-{n}", new Dictionary<string, string> { ["kubernetes.io/hostname"] = $"node-{n}" }))] },
        new ScaledTime(TimeProvider.System, Speed));

    string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public async ValueTask InitializeAsync()
    {
        _cluster.Start();
        var address = await _cluster.ServeAsync(0, tls: true, CancellationToken.None);
        await File.WriteAllTextAsync(Kubeconfig, address.Kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal KubectlBinary Kubectl(string version) => new(version, Kubeconfig, Path.Combine(_folder, $"cache-{version}"));

    /// <summary>Writes a manifest and gives its path.</summary>
    internal string Manifest(string name, string yaml)
    {
        var path = Path.Combine(_folder, $"{name}.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }
}
