using CsCheck;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Workloads;

public sealed class NaturalOrderTests
{
    [Fact]
    public void Numbers_in_names_are_ordered_as_people_count() =>
        Assert.Equal(["cart-1", "cart-2", "cart-10", "cart-10a", "web-1"], new[] { "web-1", "cart-10a", "cart-10", "cart-2", "cart-1" }.Order(NaturalOrder.Names));

    [Fact]
    public void It_is_a_total_order()
    {
        var names = Gen.Char["a0129-"].Array[0, 6].Select(characters => new string(characters));

        Gen.Select(names, names, names).Sample((a, b, c) =>
        {
            var order = NaturalOrder.Names;

            Assert.Equal(a == b, order.Compare(a, b) == 0);
            Assert.Equal(Math.Sign(order.Compare(a, b)), -Math.Sign(order.Compare(b, a)));
            if (order.Compare(a, b) <= 0 && order.Compare(b, c) <= 0) Assert.True(order.Compare(a, c) <= 0);
        });
    }
}
