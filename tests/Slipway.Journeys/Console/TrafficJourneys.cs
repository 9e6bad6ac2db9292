using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>Traffic, and the workloads that come with it.</summary>
public sealed class TrafficJourneys(ConsoleWorld world)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pods_are_taken_out_of_traffic_listed_and_put_back_by_undo()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox();
        await using var console = await EnterAsync(stranger, sandbox);
        using var connection = Connection.Open(sandbox.Kubeconfig, null);
        await connection.Api.CreateAsync(Kinds.Deployments, "shop", Gated, AccessReviews.Json, Cancellation);
        await connection.Api.CreateAsync(Kinds.Services, "shop", GatedService, AccessReviews.Json, Cancellation);
        await console.GoAsync("/services/shop/gated");
        await Expect(console.Page.Locator("tr .badge.good")).ToHaveCountAsync(4, new() { Timeout = 60_000 });
        await console.GoAsync("/tickets/new?ns=shop&operation=RemoveTraffic");
        await console.Page.GetByLabel("Title *").FillAsync("Take one pod out");
        await console.Button("Add").ClickAsync();
        await console.Dialog.GetByLabel("Service").SelectOptionAsync("gated");
        await console.Dialog.GetByRole(AriaRole.Checkbox).Nth(1).CheckAsync();
        await console.DialogButton("Add 1 pod").ClickAsync();
        await console.Button("Submit").ClickAsync();
        await console.Page.Locator(".banner.good a").ClickAsync();
        await console.IsInStateAsync("Initialized");

        await console.DoAsync("Publish All");
        await console.IsInStateAsync("Succeeded");
        var ticket = new Uri(console.Page.Url).AbsolutePath;
        await console.GoAsync("/out-of-traffic");
        await Expect(console.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await console.PictureAsync("out-of-traffic");
        await console.HoldsEverywhereAsync();
        await console.GoAsync(ticket);
        await console.DoAsync("Undo");

        await console.IsInStateAsync("Undone");
        await console.GoAsync("/out-of-traffic");
        await console.SeesAsync("No pod is held out of traffic.");
    }

    [Fact]
    public async Task An_upgrade_of_a_cafe_deployment_waits_and_is_confirmed()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox();
        await using var console = await EnterAsync(stranger, sandbox);
        using var connection = Connection.Open(sandbox.Kubeconfig, null);
        await connection.Api.CreateAsync(Kinds.CafeDeployments, "shop", Cafe("1.0"), AccessReviews.Json, Cancellation);
        await console.GoAsync("/cafedeployments");
        await console.SeesAsync("search");
        await Expect(console.Page.Locator(".cafe .badge.good")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await connection.Api.PatchAsync(Kinds.CafeDeployments, new("shop", "search"), Patch.Merge("""{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"registry.example/shop/search:2.0"}]}}}}"""), null, Cancellation);
        await Expect(console.Page.Locator(".cafe .badge.warning")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await console.PictureAsync("cafedeployments");
        await console.HoldsEverywhereAsync();
        await console.Button("Confirm group").ClickAsync();

        await Expect(console.Page.Locator(".cafe .badge.good")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_service_without_a_balancer_cannot_be_shifted_and_says_why()
    {
        await using var console = await world.EnterAsync();
        await console.GoAsync("/tickets/new?ns=shop&operation=ShiftTraffic");

        await Expect(console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "cart", Exact = true })).ToBeDisabledAsync();

        await Expect(console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "cart", Exact = true })).ToHaveAccessibleDescriptionAsync("Service cart has no custom load balancer (ApplicationService spec.traffic)");
        await console.IsAccessibleAsync();
    }

    [Fact]
    public async Task Weights_are_typed_beside_the_shares_they_give_and_then_followed_as_set_and_actual()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox();
        await using var console = await EnterAsync(stranger, sandbox);
        using var connection = Connection.Open(sandbox.Kubeconfig, null);
        await OpenMallAsync(connection.Api);
        await console.GoAsync("/services/mall/cart");
        await Expect(console.Page.Locator("tr .badge.good")).ToHaveCountAsync(4, new() { Timeout = 60_000 });
        await console.GoAsync("/tickets/new?ns=mall&operation=ShiftTraffic");

        await console.Page.GetByLabel("Title *").FillAsync("Move traffic to GZ00A");
        await console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "cart", Exact = true }).CheckAsync();
        await Expect(Row("GZ00A")).ToContainTextAsync("50 %");
        await console.Page.GetByLabel("Weight of GZ00A").FillAsync("60");
        await console.Page.GetByLabel("Weight of GZ00B").FillAsync("20");
        await Expect(Row("GZ00A")).ToContainTextAsync("75 %");
        await Expect(Row("GZ00B")).ToContainTextAsync("25 %");
        await console.Page.GetByLabel("Weight of GZ00B").FillAsync("0");
        await Expect(Row("GZ00B")).ToContainTextAsync("1 to 100");
        await console.Page.GetByLabel("Weight of GZ00B").FillAsync("20");
        await console.PictureAsync("create-shift");
        await console.HoldsEverywhereAsync();
        await console.Button("Submit").ClickAsync();
        await console.Page.Locator(".banner.good a").ClickAsync();
        await console.IsInStateAsync("Initialized");
        await console.DoAsync("Publish All");
        await console.IsInStateAsync("Succeeded");

        await Expect(console.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Set weight", Exact = true })).ToBeVisibleAsync();
        await Expect(console.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Actual weight", Exact = true })).ToBeVisibleAsync();
        await Expect(Row("GZ00A")).ToContainTextAsync("75");
        await Expect(Row("GZ00B")).ToContainTextAsync("25");
        await console.PictureAsync("ticket-shift");
        await console.HoldsEverywhereAsync();

        ILocator Row(string unit) => console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = unit });
    }

    /// <summary>A cart of two units behind one balancer, as the samples have it.</summary>
    static async Task OpenMallAsync(KubernetesApi api)
    {
        await api.CreateAsync(Kinds.Namespaces, "", (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"mall"}}""")!, AccessReviews.Json, Cancellation);
        var cart = Cafe("1.0");
        (cart["metadata"]!["name"], cart["metadata"]!["namespace"]) = ("cart", "mall");
        (cart["spec"]!["selector"]!["matchLabels"]!["app"], cart["spec"]!["template"]!["metadata"]!["labels"]!["app"]) = ("cart", "cart");
        await api.CreateAsync(Kinds.CafeDeployments, "mall", cart, AccessReviews.Json, Cancellation);
        foreach (var document in YamlDocuments.Read("balancer.yaml", await File.ReadAllTextAsync(Path.Combine(ConsolePage.Repository(), "samples", "mall", "balancer.yaml"), Cancellation)))
        {
            var type = document!["kind"]!.ToString() == "Service" ? Kinds.Services : Kinds.ApplicationServices;
            await api.CreateAsync(type, "mall", document.AsObject(), AccessReviews.Json, Cancellation);
        }
    }

    static async Task<ConsolePage> EnterAsync(IBrowserContext context, SandboxProcess sandbox)
    {
        var entrance = await sandbox.EntranceAsync(Cancellation);
        var page = await context.NewPageAsync();
        await page.GotoAsync(entrance.ToString());
        return new(context, page, new(entrance.GetLeftPart(UriPartial.Authority)));
    }

    static JsonObject Gated => (JsonObject)JsonNode.Parse("""
        {
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "gated", "namespace": "shop"},
          "spec": {
            "replicas": 4, "selector": {"matchLabels": {"app": "gated"}},
            "template": {"metadata": {"labels": {"app": "gated"}}, "spec": {"readinessGates": [{"conditionType": "slipway.dev/in-traffic"}], "containers": [{"name": "app", "image": "registry.example/shop/gated:1.0"}]}}
          }
        }
        """)!;

    static JsonObject GatedService => (JsonObject)JsonNode.Parse("""
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "gated", "namespace": "shop"}, "spec": {"selector": {"app": "gated"}, "ports": [{"port": 80, "targetPort": 8080}]}}
        """)!;

    static JsonObject Cafe(string version) => (JsonObject)JsonNode.Parse($$$$"""
        {
          "apiVersion": "apps.cafe.cloud.alipay.com/v1alpha1", "kind": "CafeDeployment", "metadata": {"name": "search", "namespace": "shop"},
          "spec": {
            "replicas": 4, "selector": {"matchLabels": {"app": "search"}},
            "template": {"metadata": {"labels": {"app": "search"} }, "spec": {"containers": [{"name": "app", "image": "registry.example/shop/search:{{{{version}}}}"} ]} },
            "strategy": {"upgradeType": "Beta", "batchSize": 2, "needWaitingForConfirm": true, "minReadySeconds": 5},
            "topology": {"unitType": "Cell", "values": ["GZ00A", "GZ00B"]}
          }
        }
        """)!;
}
