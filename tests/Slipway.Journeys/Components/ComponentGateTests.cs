using Slipway.Journeys.Running;
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

    [Fact]
    public async Task A_scale_in_refused_for_an_old_component_gets_past_the_gate_after_its_upgrade()
    {
        await using var shop = new Shop("--component", "cafeextcontroller=0.7.1");
        await shop.InitializeAsync();
        await shop.KubectlWithAsync(Payment, "apply", "-f", "-");
        var pod = await EventuallyAsync(async () => (await shop.KubectlAsync("get", "pods", "-n", "shop", "-l", "app=payment", "-o", "jsonpath={.items[0].metadata.name}")).Out, name => name.StartsWith("payment", StringComparison.Ordinal));

        await shop.SlipwayAsync("ticket", "create", "-n", "shop", "--name", "s1", "--title", "One pod less", "--operation", "ScaleIn", "--service", "payment", "--pod", pod);

        Assert.Equal("InitializeFailed: cafeextcontroller 0.7.1 found, 0.7.2 needed", await EventuallyAsync(() => ReasonAsync(shop), reason => reason.Contains("cafeextcontroller", StringComparison.Ordinal)));
        var before = await shop.SlipwayAsync("doctor", "--operation", "ScaleIn");
        Assert.Equal(5, before.Code);
        Assert.Contains("no: cafeextcontroller 0.7.1 found, 0.7.2 needed", before.Out, StringComparison.Ordinal);

        await shop.KubectlAsync("-n", "kube-system", "set", "image", "deploy/cafeextcontroller", "cafeextcontroller=registry.example/kube-system/cafeextcontroller:v0.7.2");
        await shop.SlipwayAsync("ticket", "reinitialize", "s1", "-n", "shop");

        Assert.DoesNotContain("cafeextcontroller", await EventuallyAsync(() => ReasonAsync(shop), reason => !reason.Contains("cafeextcontroller", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(0, (await shop.SlipwayAsync("doctor", "--operation", "ScaleIn")).Code);
    }

    static async Task<string> ReasonAsync(Shop shop) => (await shop.KubectlAsync("get", "ot", "s1", "-n", "shop", "-o", "jsonpath={.status.phase}: {.status.failureReason}")).Out;

    static async Task<string> EventuallyAsync(Func<Task<string>> look, Func<string, bool> holds)
    {
        var (began, seen) = (TimeProvider.System.GetTimestamp(), await look());
        while (!holds(seen))
        {
            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) throw new TimeoutException($"still: {seen}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            seen = await look();
        }

        return seen;
    }
}
