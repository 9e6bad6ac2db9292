using Slipway.Components;
using Xunit;

namespace Slipway.Tests.Components;

public sealed class ComponentVersionTests
{
    [Theory]
    [InlineData("1.2.1", 1, 2, 1)]
    [InlineData("v1.2.1", 1, 2, 1)]
    [InlineData("0.8", 0, 8, 0)]
    [InlineData("v1.9.3.86-g5a6bfe7-aliyun", 1, 9, 3)]
    [InlineData("2.1.0+build.7", 2, 1, 0)]
    [InlineData("0.7.2_20230101", 0, 7, 2)]
    public void What_tags_write_around_a_version_makes_no_difference(string text, int major, int minor, int patch)
    {
        Assert.True(ComponentVersion.TryParse(text, out var version));
        Assert.Equal(new ComponentVersion(major, minor, patch), version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("v")]
    [InlineData("20230101")]
    [InlineData("1.x")]
    [InlineData("1..2")]
    [InlineData("1.-2")]
    [InlineData("1.99999999999.0")]
    [InlineData("1.2.1 ")]
    public void What_is_no_version_is_not_taken_for_one(string text) => Assert.False(ComponentVersion.TryParse(text, out _));

    [Fact]
    public void Versions_are_ordered_by_number_and_pre_releases_come_first()
    {
        string[] ordered = ["0.7.1", "0.7.2-rc.1", "0.7.2", "0.7.10", "0.8.0-beta1", "0.8.0", "1.2.1"];

        Assert.Equal(ordered, ordered.Reverse().OrderBy(ComponentVersion.Parse));
        Assert.Equal(ComponentVersion.Parse("0.8.0"), ComponentVersion.Parse("0.8.0-release"));
    }
}
