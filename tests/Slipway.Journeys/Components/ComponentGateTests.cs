using System.Diagnostics;
using Slipway.Journeys.ConsoleJourneys;
using Xunit;

namespace Slipway.Journeys.Components;

/// <summary>A component that is too old, seen and upgraded through the real executable and kubectl.</summary>
public sealed class ComponentGateTests
{
    const string Payment = """
        apiVersion: apps.cafe.cloud.alipay.com/v1alpha1
        kind: CafeDeployment
        metadata: {name: payment, namespace: shop}
        spec:
          replicas: 4
          podSetType: InPlaceSet
          selector: {matchLabels: {app: payment}}
          template:
            metadata: {labels: {app: payment}}
            spec: {containers: [{name: app, image: "registry.example/shop/payment:1.0"}]}
          strategy: {upgradeType: Beta, batchSize: 2}
          topology: {unitType: Cell, values: [GZ00A, GZ00B], unitReplicas: {GZ00A: "50%", GZ00B: "50%"}}
        """;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scale_in_refused_for_an_old_component_gets_past_the_gate_after_its_upgrade()
    {
        Assert.SkipWhen(Kubectl is null, "kubectl is not on this machine");
        await using var sandbox = SandboxProcess.Sandbox("--component", "cafeextcontroller=0.7.1");
        await sandbox.EntranceAsync(Stop);
        await KubectlAsync(sandbox, Payment, "apply", "-f", "-");
        var pod = await EventuallyAsync(() => KubectlAsync(sandbox, null, "get", "pods", "-n", "shop", "-l", "app=payment", "-o", "jsonpath={.items[0].metadata.name}"), name => name.StartsWith("payment", StringComparison.Ordinal));

        await sandbox.RunAsync(["ticket", "create", "-n", "shop", "--name", "s1", "--title", "One pod less", "--operation", "ScaleIn", "--service", "payment", "--pod", pod], Stop);

        Assert.Equal("InitializeFailed: cafeextcontroller 0.7.1 found, 0.7.2 needed", await EventuallyAsync(() => ReasonAsync(sandbox), reason => reason.Contains("cafeextcontroller", StringComparison.Ordinal)));
        Assert.Contains("no: cafeextcontroller 0.7.1 found, 0.7.2 needed", await sandbox.RunAsync(["doctor", "--operation", "ScaleIn"], Stop), StringComparison.Ordinal);

        await KubectlAsync(sandbox, null, "-n", "kube-system", "set", "image", "deploy/cafeextcontroller", "cafeextcontroller=registry.example/kube-system/cafeextcontroller:v0.7.2");
        await sandbox.RunAsync(["ticket", "reinitialize", "s1", "-n", "shop"], Stop);

        Assert.DoesNotContain("cafeextcontroller", await EventuallyAsync(() => ReasonAsync(sandbox), reason => !reason.Contains("cafeextcontroller", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("no: ", await sandbox.RunAsync(["doctor", "--operation", "ScaleIn"], Stop), StringComparison.Ordinal);
    }

    static Task<string> ReasonAsync(SandboxProcess sandbox) => KubectlAsync(sandbox, null, "get", "ot", "s1", "-n", "shop", "-o", "jsonpath={.status.phase}: {.status.failureReason}");

    static string? Kubectl { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);

    static async Task<string> EventuallyAsync(Func<Task<string>> look, Func<string, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (holds(seen)) return seen;
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) throw new TimeoutException($"still: {seen}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Stop);
        }
    }

    static async Task<string> KubectlAsync(SandboxProcess sandbox, string? input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Kubectl!, ["--kubeconfig", sandbox.Kubeconfig, "--cache-dir", $"{sandbox.Kubeconfig}.cache", .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        return $"{await output}{await error}".Trim();
    }
}
