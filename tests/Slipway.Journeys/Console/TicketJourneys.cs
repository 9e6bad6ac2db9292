using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Slipway.Journeys.ConsoleJourneys;

/// <summary>What a person does to tickets with mouse and keyboard, on a sandbox twenty times fast.</summary>
public sealed class TicketJourneys(ConsoleWorld world)
{
    [Fact]
    public async Task A_ticket_is_created_published_paused_resumed_and_succeeds()
    {
        await using var console = await world.EnterAsync();

        var id = await console.CreateAsync("Restart every cart pod", "cart", "Restart", byUnit: true);
        await console.IsInStateAsync("Initialized");
        await console.DoAsync("Publish All");
        await console.IsInStateAsync("Executing");
        await console.DoAsync("Pause", "lunch");
        await console.IsInStateAsync("Paused");
        await console.DoAsync("Resume");

        await console.IsInStateAsync("Succeeded");
        await Expect(console.Page.Locator(".record li")).ToHaveCountAsync(4);
        await console.SeesAsync("“lunch”");
        await console.GoAsync($"/tickets?q={id}");
        await Expect(console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = id })).ToContainTextAsync("Succeeded");
        Assert.Empty(console.Complaints);
    }

    [Fact]
    public async Task A_pod_is_never_shown_as_successful_before_its_thirty_seconds()
    {
        await using var console = await world.EnterAsync();
        await console.CreateAsync("Replace the catalog", "catalog");
        await console.IsInStateAsync("Initialized");

        await console.DoAsync("Publish All");

        await console.SeesAsync("of 30 s");
        var early = await console.Page.Locator("tr").Filter(new() { HasText = "of 30 s" }).Filter(new() { HasText = "Update Successful" }).CountAsync();
        Assert.Equal(0, early);
        await console.IsInStateAsync("Succeeded");
    }

    [Fact]
    public async Task Cancelling_needs_a_reason_and_says_what_it_is_about()
    {
        await using var console = await world.EnterAsync();
        await console.CreateAsync("Replace, to be cancelled", "catalog");
        await console.IsInStateAsync("Initialized");

        await console.Button("Cancel").ClickAsync();
        await console.SeesAsync("It is about 6 pods");
        await Expect(console.DialogButton("Cancel (")).ToBeDisabledAsync();
        await console.Dialog.GetByLabel("Reason").FillAsync("no longer needed");
        await console.DialogButton("Cancel (").ClickAsync();

        await console.IsInStateAsync("Cancelled");
        await console.SeesAsync("“no longer needed”");
    }

    [Fact]
    public async Task A_ticket_that_cannot_be_initialized_tells_why_on_focus_and_is_initialized_again()
    {
        await using var console = await world.EnterAsync();
        await world.Sandbox.RunAsync(["ticket", "create", "-n", "shop", "--name", "restart-absent", "--title", "Restart what is not there", "--operation", "Restart", "--service", "absent", "--all"], TestContext.Current.CancellationToken);
        await console.GoAsync("/tickets?q=restart-absent");

        var badge = console.Page.Locator("td .hint").Filter(new() { HasText = "Initialize Failed" });
        await badge.FocusAsync();
        await Expect(badge.GetByRole(AriaRole.Tooltip)).ToContainTextAsync("Failure Reason: Service absent does not exist");
        await console.Link("restart-absent").ClickAsync();
        await console.DoAsync("Re-initialize");

        await Expect(console.Page.Locator(".record")).ToContainTextAsync("Re-initialize");
    }

    [Fact]
    public async Task Confirmation_is_asked_for_after_the_first_group_and_given()
    {
        await using var console = await world.EnterAsync();
        await world.Sandbox.RunAsync(["ticket", "create", "-n", "shop", "--name", "restart-confirm", "--title", "Replace with confirmation", "--operation", "Replace", "--service", "catalog", "--all", "--group-by", "DeploymentUnit", "--confirm", "FirstGroup", "--max-unavailable", "100%"], TestContext.Current.CancellationToken);
        await console.GoAsync("/tickets/shop/restart-confirm");
        await console.IsInStateAsync("Initialized");

        await console.DoAsync("Publish All");
        await console.IsInStateAsync("Waiting for Confirmation");
        await console.DoAsync("Confirm");

        await console.IsInStateAsync("Succeeded");
    }

    [Fact]
    public async Task A_waiting_pod_is_skipped_from_its_row()
    {
        await using var console = await world.EnterAsync();
        await console.CreateAsync("Replace all but one", "catalog");
        await console.IsInStateAsync("Initialized");

        await console.Button("Skip pod catalog-0").ClickAsync();
        await console.SeesAsync("It is about 1 pod");
        await console.DialogButton("Skip (").ClickAsync();

        await Expect(console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "catalog-0" })).ToContainTextAsync("Skipped");
    }

    [Fact]
    public async Task With_the_keyboard_alone_a_ticket_is_created_and_published()
    {
        await using var console = await world.EnterAsync();
        await console.GoAsync("/tickets/new?ns=shop&service=catalog&operation=Replace");
        var keyboard = console.Page.Keyboard;

        await TabToAsync(console, "Title *");
        await keyboard.TypeAsync("By keyboard");
        await TabToAsync(console, "Submit");
        await keyboard.PressAsync("Enter");
        await console.SeesAsync("was created");
        var id = await console.Page.Locator(".banner.good a").InnerTextAsync();
        await TabToAsync(console, id);
        await keyboard.PressAsync("Enter");
        await console.IsInStateAsync("Initialized");
        await TabToAsync(console, "Publish All");
        await keyboard.PressAsync("Enter");
        await console.SeesAsync("What happens first");
        await TabToAsync(console, "Publish All (6 pods)");
        await keyboard.PressAsync("Enter");

        await console.IsInStateAsync("Executing");
    }

    [Fact]
    public async Task What_is_typed_is_checked_beside_its_field_before_anything_is_sent()
    {
        await using var console = await world.EnterAsync();
        await console.GoAsync("/tickets/new?ns=shop&service=catalog");

        await console.Page.GetByLabel("Title *").FillAsync(new string('长', 51));
        await console.SeesAsync("spec.title has 51 characters; 1 to 50 are allowed");
        await console.Page.GetByRole(AriaRole.Switch).CheckAsync(new() { Force = true });
        await console.Page.GetByLabel("Group by").SelectOptionAsync("UnitPercentage");
        await console.Page.GetByLabel("Percent of each unit per group").FillAsync("300");
        await console.SeesAsync("spec.releasePolicy.percentage is 300; 1 to 100 are allowed");
        await console.Button("Submit").ClickAsync();

        await Expect(console.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/tickets/new"));
    }

    [Fact]
    public async Task Names_that_are_hostile_are_shown_as_text()
    {
        await using var console = await world.EnterAsync();
        const string Title = "<script>alert(1)</script> \u202Eevil";
        var asked = false;
        console.Page.Dialog += (_, dialog) =>
        {
            asked = true;
            _ = dialog.DismissAsync();
        };

        await console.CreateAsync(Title, "catalog");
        await console.GoAsync("/tickets");

        await console.SeesAsync("<script>alert(1)</script>");
        Assert.False(asked);
    }

    [Fact]
    public async Task Names_as_long_as_they_may_be_fit_every_page_and_longer_ones_are_refused()
    {
        await using var console = await world.EnterAsync(360);
        var name = string.Join('.', Enumerable.Repeat(new string('n', 49), 4));
        await world.Sandbox.RunAsync(["ticket", "create", "-n", "shop", "--name", name, "--title", new string('W', 50), "--operation", "Restart", "--service", new string('s', 253), "--all"], TestContext.Current.CancellationToken);

        await console.GoAsync($"/tickets?q={name}");
        await console.SeesAsync(name);
        await console.HoldsEverywhereAsync();
        await console.Link(name).ClickAsync();
        await Expect(console.Page.Locator(".message")).ToContainTextAsync($"Service {new string('s', 253)} does not exist");

        await console.HoldsEverywhereAsync();
        var refused = await world.Sandbox.RunAsync(["ticket", "create", "-n", "shop", "--name", new string('n', 253), "--title", "Too long", "--operation", "Restart", "--service", "cart", "--all"], TestContext.Current.CancellationToken);
        Assert.Contains("metadata.name has 253 characters; at most 200 are allowed", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_is_the_state_of_the_list()
    {
        await using var console = await world.EnterAsync();
        await console.CreateAsync("A title to be found", "catalog");

        await console.GoAsync("/tickets");
        await console.Page.GetByLabel("Search").FillAsync("title to be");
        await Expect(console.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("q=title"));
        await console.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Initialized") }).ClickAsync();
        await console.GoAsync(console.Page.Url);

        await Expect(console.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await console.Page.GetByLabel("Search").FillAsync("no such thing");
        await console.SeesAsync("No ticket matches.");
    }

    [Fact]
    public async Task What_cannot_be_chosen_says_why_and_numbers_choose_ranges()
    {
        await using var console = await world.EnterAsync();
        await console.GoAsync("/tickets/new?ns=shop");
        await console.Button("Add").ClickAsync();

        await console.Dialog.GetByLabel("Numbers").FillAsync("0-2, 5");
        await console.SeesAsync("4 of ");
        await console.AddAllShownAsync("Add 4 pods");

        await console.SeesAsync("4 pods");
        await Expect(console.Page.GetByRole(AriaRole.Button, new() { Name = "Remove pod catalog-5" })).ToBeVisibleAsync();
        await Expect(console.Page.GetByRole(AriaRole.Radio, new() { Name = "Server Load Balancer Traffic Shifting" })).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("\\w+"));
    }

    static async Task TabToAsync(ConsolePage console, string name)
    {
        for (var presses = 0; presses < 80; presses++)
        {
            var focused = await console.Page.EvaluateAsync<string>("() => { const e = document.activeElement; const label = e.labels && e.labels[0] ? e.labels[0].querySelector('span')?.innerText : ''; return label || e.innerText || ''; }");
            if (focused.Trim() == name) return;
            await console.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"the keyboard does not reach {name}");
    }
}
