using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Resources;

public sealed class LabelSelectorTests
{
    static readonly Dictionary<string, string> Cart = new() { ["app"] = "cart", ["tier"] = "web" };

    [Fact]
    public void An_empty_selector_matches_everything() => Assert.True(new LabelSelector().Matches(Cart));

    [Fact]
    public void Every_label_and_every_expression_must_match()
    {
        var selector = new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["app"] = "cart" },
            MatchExpressions = [new() { Key = "tier", Operator = "In", Values = ["web", "api"] }, new() { Key = "canary", Operator = "DoesNotExist" }],
        };

        Assert.True(selector.Matches(Cart));
        Assert.False(selector.Matches(new Dictionary<string, string>(Cart) { ["canary"] = "" }));
        Assert.False(selector.Matches(new Dictionary<string, string>(Cart) { ["tier"] = "db" }));
    }
}
