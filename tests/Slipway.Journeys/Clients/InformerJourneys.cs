using System.Text.Json;
using k8s;
using k8s.Models;
using Slipway.Journeys.Running;
using Xunit;

namespace Slipway.Journeys.Clients;

/// <summary>The informer of the official JavaScript client: its store follows the cluster, whatever becomes of the server.</summary>
public sealed class InformerJourneys
{
    static readonly string Folder = Path.Combine(Shop.Root, "tests/Slipway.Journeys/Clients/node");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_informer_sees_every_change_and_finds_its_way_back_after_restarts()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node"))), "node is not on this machine");
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), "the client is a package of npm's, which ./check installs; npm ci in tests/Slipway.Journeys/Clients/node does so too");
        await using var sandbox = await ServedSandbox.StartAsync(tls: false);
        await Write(sandbox, "a", "1");
        using var informer = new Background("node", [Path.Combine(Folder, "informer.mjs"), sandbox.Kubeconfig, "default"]);
        await Told(informer, "add", "a", "1");

        // Changes while it watches.
        await Write(sandbox, "b", "1");
        await Told(informer, "add", "b", "1");
        await Write(sandbox, "a", "2");
        await Told(informer, "update", "a", "2");
        await Client(sandbox).CoreV1.DeleteNamespacedConfigMapAsync("b", "default", cancellationToken: Stop);
        await Told(informer, "delete", "b", "1");

        // Every watch is cut, and changes happen meanwhile.
        sandbox.Cluster.Faults.Restart();
        await Write(sandbox, "c", "1");
        await Write(sandbox, "a", "3");
        await Told(informer, "add", "c", "1");
        await Told(informer, "update", "a", "3");

        // Another server, which counts versions anew: what is gone is noticed, and what is new.
        await sandbox.ReplaceAsync();
        await Write(sandbox, "d", "1");
        await Told(informer, "add", "d", "1");
        await Told(informer, "delete", "c", "1");
        await Told(informer, "delete", "a", "3");
        await Write(sandbox, "d", "2");
        await Told(informer, "update", "d", "2");
        Assert.False(informer.HasExited);
    }

    static Kubernetes Client(ServedSandbox sandbox) => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(sandbox.Kubeconfig));

    static async Task Write(ServedSandbox sandbox, string name, string value)
    {
        using var client = Client(sandbox);
        var applied = new V1Patch(new V1ConfigMap { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new() { Name = name }, Data = new Dictionary<string, string> { ["value"] = value } }, V1Patch.PatchType.ApplyPatch);
        await client.CoreV1.PatchNamespacedConfigMapAsync(applied, name, "default", fieldManager: "journey", force: true, cancellationToken: Stop);
    }

    static async Task Told(Background informer, string what, string name, string value) =>
        await Eventually.HoldsAsync(() => informer.Lines.Any(line => Is(line, what, name, value)), TimeSpan.FromSeconds(30), () => $"{what} of {name} {value} is not among:\n{string.Join('\n', informer.Lines)}", Stop);

    static bool Is(string line, string what, string name, string value)
    {
        if (!line.StartsWith('{')) return false;
        var told = JsonElement.Parse(line);
        return told.GetProperty("event").GetString() == what && told.TryGetProperty("name", out var named) && named.GetString() == name && told.GetProperty("data").TryGetProperty("value", out var has) && has.GetString() == value;
    }
}
