using Bunit;
using Slipway.Tickets;
using Slipway.Web.Components.Shared;
using Slipway.Web.Language;
using Slipway.Web.Looks;
using Xunit;

namespace Slipway.Tests.Web.Components;

public sealed class ComponentTests : IDisposable
{
    readonly BunitContext _page = new();

    public void Dispose() => _page.Dispose();

    [Fact]
    public void A_state_is_told_by_word_and_sign_and_never_by_colour_alone()
    {
        foreach (var state in Enum.GetValues<PodState>())
        {
            var badge = _page.Render<StateBadge>(parts => parts.Add(part => part.Look, Look.Of(state)).Add(part => part.Word, English.Words.Pod(state)));

            Assert.Equal(Look.Of(state).Word, badge.Find(".badge").TextContent.Trim());
            Assert.NotEqual("", badge.Find("path").GetAttribute("d"));
        }
    }

    [Fact]
    public void A_button_that_cannot_be_pressed_says_why_and_does_nothing()
    {
        var pressed = 0;
        var button = _page.Render<Refusable>(parts => parts.Add(part => part.WhyNot, "You may not").Add(part => part.Pressed, () => pressed++).AddChildContent("Publish All"));

        button.Find("button").Click();

        Assert.Equal(0, pressed);
        Assert.Equal("true", button.Find("button").GetAttribute("aria-disabled"));
        Assert.Equal("You may not", button.Find($"#{button.Find("button").GetAttribute("aria-describedby")}").TextContent);
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        const string Hostile = "<img src=x onerror=alert(1)> \u202Egpj.exe";
        var ticket = Looks.Given.Ticket("ot-1") with
        {
            Spec = Looks.Given.Ticket("ot-1").Spec with { RequestedBy = Hostile, Commands = [new() { Id = "cancel-1", Verb = CommandVerb.Cancel, By = Hostile, At = default, Reason = Hostile }] },
        };

        var record = _page.Render<CommandRecord>(parts => parts.Add(part => part.Ticket, ticket).AddCascadingValue(English.Words));

        Assert.Empty(record.FindAll("img"));
        Assert.All(record.FindAll("bdi"), told => Assert.Equal(Hostile, told.TextContent));
    }

    [Fact]
    public void Progress_adds_up_to_its_parts()
    {
        var counts = new PodCounts { Total = 8, NotUpdated = 2, Updating = 2, Successful = 2, Failed = 1, Skipped = 1 };

        var bar = _page.Render<Progress>(parts => parts.Add(part => part.Counts, counts).AddCascadingValue(English.Words));

        Assert.Equal(75, bar.FindAll("rect:not(.rest)").Sum(part => double.Parse(part.GetAttribute("width")!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("4/8", bar.Find(".count").TextContent);
    }
}
