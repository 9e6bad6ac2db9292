using Slipway.Policies;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.Policies;

public sealed class PolicyRulesTests
{
    static (bool Accepted, string? Message) Report(OpsPolicySpec spec)
    {
        var status = PolicyRules.Report(new() { Metadata = new() { Name = "house" }, Spec = spec }, DateTimeOffset.UnixEpoch);
        return (status.Accepted!.Value, status.Message);
    }

    [Fact]
    public void A_policy_that_can_be_read_is_accepted() => Assert.Equal(
        (true, "Every rule is in force"),
        Report(new() { Floors = [new() { MinAvailable = IntOrPercent.Percent(100) }], Components = [new() { Name = "cloud-controller-manager", Version = "v1.2.1" }] }));

    [Theory]
    [InlineData("cloud-controller-manager", "new", "spec.components says cloud-controller-manager new, which is not a version; a version is like 1.2.1")]
    [InlineData("kubelet", "1.33.0", "spec.components names kubelet, which is no component Slipway asks for; cafeextcontroller, cloud-controller-manager, terway-eni, ")]
    public void A_component_that_cannot_be_used_is_named(string name, string version, string sentence)
    {
        var (accepted, message) = Report(new() { Components = [new() { Name = name, Version = version }] });

        Assert.False(accepted);
        Assert.StartsWith(sentence, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_mistakes_are_counted() => Assert.Equal(
        (false, "spec.floors[0].minAvailable is -1; a number from 0 or 0% to 100% is allowed (and 1 more)"),
        Report(new() { Floors = [new() { MinAvailable = IntOrPercent.Count(-1) }], Budgets = [new() { MaxUnavailable = IntOrPercent.Percent(101) }] }));
}
