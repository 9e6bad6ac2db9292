using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>Pods that leave traffic before they go for good.</summary>
public sealed class DrainedScaleInTests : IDisposable
{
    readonly SimulatedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("OrderedReady", false, "cart-3 and cart-2 cannot be drained together by their readiness gate: StatefulSet cart has podManagementPolicy OrderedReady and deletes no pod while one before it is not ready; releasePolicy {groupBy: PodCount, groupSize: 1} takes them one after the other")]
    [InlineData("OrderedReady", true, null)]
    [InlineData("Parallel", false, null)]
    public void An_ordered_stateful_set_whose_gated_pods_would_wait_for_each_other_is_scaled_in_one_by_one(string policy, bool oneByOne, string? refusal)
    {
        _world.GatedStatefulSet("cart", 4, policy);
        _world.Service("cart", "\"app\":\"cart\"");
        _world.StartOperator();
        _world.Settle();

        _world.Submit("ot-1", Specs.OnPods(Operation.ScaleIn, "cart", "cart-2", "cart-3") with
        {
            Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) },
            Drain = new() { Enabled = true, Seconds = 5 },
            ReleasePolicy = oneByOne ? new() { GroupBy = GroupBy.PodCount, GroupSize = 1 } : null,
        });
        _world.RunUntil(() => _world.Ticket("ot-1").Status?.Phase is TicketPhase.Succeeded or TicketPhase.Failed or TicketPhase.InitializeFailed, TimeSpan.FromMinutes(20));

        Assert.Equal(refusal, _world.Ticket("ot-1").Status!.FailureReason);
        Assert.Equal(refusal is null ? TicketPhase.Succeeded : TicketPhase.InitializeFailed, _world.Ticket("ot-1").Status!.Phase);
        Assert.Equal(refusal is null ? ["cart-0", "cart-1"] : ["cart-0", "cart-1", "cart-2", "cart-3"], _world.Endpoints("cart"));
    }
}
