using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>A ticket that an OpsPolicy wants a second person for.</summary>
public sealed class ApprovalJourneys(ConsoleWorld world)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_else_approves_after_a_confirmation_and_then_it_begins()
    {
        await using var stranger = await world.StrangerAsync();
        await using var sandbox = SandboxProcess.Sandbox("--rbac");
        var root = await sandbox.EntranceAsync(Cancellation);
        await sandbox.ServedAsync(Cancellation);
        using (var admin = Connection.Open(sandbox.Kubeconfig, null))
        {
            await admin.Api.CreateAsync(Kinds.OpsPolicies, "", (JsonObject)JsonNode.Parse("""{"apiVersion":"slipway.dev/v1alpha1","kind":"OpsPolicy","metadata":{"name":"four-eyes"},"spec":{"approvals":[{"match":{"namespaces":["shop"]},"operations":["Replace"]}]}}""")!, AccessReviews.Json, Cancellation);
        }

        await using var ops = await RightsJourneys.EnterAsync(stranger, root, RightsJourneys.Token(sandbox, "ops"));
        await ops.CreateAsync("Replace with four eyes", "catalog");
        await ops.IsInStateAsync("Initialized");
        await ops.IsInStateAsync("Awaits approval");
        await ops.DoAsync("Publish All");
        await Expect(ops.Page.Locator(".facts")).ToContainTextAsync("OpsPolicy four-eyes wants this approved by somebody else than ops");
        await Expect(ops.Button("Approve")).ToHaveAccessibleDescriptionAsync("You may not approve opstickets.slipway.dev in namespace shop");
        await ops.IsAccessibleAsync();
        await ops.PictureAsync("ticket-awaits-approval");

        await using var context = await stranger.Browser!.NewContextAsync();
        await using var approver = await RightsJourneys.EnterAsync(context, root, RightsJourneys.Token(sandbox, "approver"));
        await approver.GoAsync("/tickets?attention=1");
        await Expect(approver.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Replace with four eyes" })).ToContainTextAsync("Awaits approval");
        await approver.IsAccessibleAsync();
        await approver.Page.Locator("td, th").GetByRole(AriaRole.Link).First.ClickAsync();
        await approver.DoAsync("Approve");

        await approver.IsInStateAsync("Succeeded");
        await Expect(approver.Page.Locator(".facts")).ToContainTextAsync("Approvalapprover");
        await Expect(approver.Page.Locator(".record")).ToContainTextAsync("approver");
    }
}
