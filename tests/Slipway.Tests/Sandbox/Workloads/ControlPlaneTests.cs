using Slipway.Resources;
using Slipway.Sandbox;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads;

public sealed class ControlPlaneTests
{
    [Fact]
    public async Task Without_a_context_it_works_on_a_thread_of_its_own()
    {
        await using var cluster = new SandboxCluster(new() { Nodes = [new("node-1", new Dictionary<string, string>())] }, TimeProvider.System);
        cluster.Objects.Create(Kinds.Namespaces, Manifest.Parse("""{ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop" } }"""));
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = cluster.Objects.Watch(Kinds.Pods, change => { if (change.New?.Json.IsReady() == true) ready.TrySetResult(); });

        cluster.Start();
        var pod = Manifest.Parse(Manifest.Pod("pod", """{ "sandbox.slipway.dev/start-seconds": "0", "sandbox.slipway.dev/ready-seconds": "0" }"""));
        (pod["apiVersion"], pod["kind"], pod["metadata"]!["namespace"]) = ("v1", "Pod", "shop");
        cluster.Objects.Create(Kinds.Pods, pod);

        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
