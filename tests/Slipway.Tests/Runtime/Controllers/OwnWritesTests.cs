using Slipway.Runtime.Controllers;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Runtime.Controllers;

public sealed class OwnWritesTests
{
    readonly OwnWrites<Note> _own = new();

    static Note At(string version, string uid = "1") => new(new("shop", "a"), uid, version);

    [Fact]
    public void What_was_written_stands_until_it_is_seen_or_something_newer()
    {
        _own.Wrote(At("12"));

        Assert.Equal("12", _own.Newest(At("9")).ResourceVersion);
        Assert.Equal("12", _own.Newest(At("12")).ResourceVersion);
        Assert.Equal("9", _own.Newest(At("9")).ResourceVersion);
    }

    [Fact]
    public void Something_newer_than_our_write_is_taken_as_it_is()
    {
        _own.Wrote(At("12"));

        Assert.Equal("100", _own.Newest(At("100")).ResourceVersion);
        Assert.Empty(_own.Unseen);
    }

    [Fact]
    public void A_successor_of_the_same_name_has_nothing_to_do_with_our_write()
    {
        _own.Wrote(At("12"));

        Assert.Equal("3", _own.Newest(At("3", uid: "2")).ResourceVersion);
        Assert.Single(_own.Unseen);
    }

    [Theory]
    [InlineData("9", "10", true)]
    [InlineData("10", "9", false)]
    [InlineData("10", "10", false)]
    [InlineData("18446744073709551615", "9", false)]
    [InlineData("a", "a", false)]
    [InlineData("a", "b", true)]
    public void Versions_compare_as_numbers_and_others_by_equality(string seen, string than, bool older) => Assert.Equal(older, ResourceVersions.IsOlder(seen, than));
}
