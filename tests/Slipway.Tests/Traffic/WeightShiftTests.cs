using System.Globalization;
using CsCheck;
using Slipway.Traffic;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>The order of a shift, for any weights found and wanted.</summary>
public sealed class WeightShiftTests
{
    static readonly Gen<(int Found, int Wanted, int Replicas)> Unit = Gen.Select(Gen.Int[0, 100], Gen.Int[1, 100], Gen.Int[1, 9]);

    static readonly Gen<List<(int Found, int Wanted, int Replicas)>> Units = Unit.List[1, 6];

    [Fact]
    public void No_unit_that_has_weight_is_ever_without_it_and_the_shift_ends_at_what_is_wanted() => Units.Sample(units =>
    {
        var balancer = new Balancer(units);

        var record = balancer.Run(balancer.Begin(), restore: false, weights =>
        {
            for (var i = 0; i < units.Count; i++) Assert.True(weights[i] > 0 || units[i].Found == 0);
        });

        Assert.Equal(units.Select(unit => unit.Wanted * unit.Replicas), balancer.Weights);
        Assert.Equal(units.Select(unit => $"{unit.Found * unit.Replicas}"), record.Units.Select(unit => unit.Found));
    });

    [Fact]
    public void On_the_way_the_service_never_weighs_less_than_the_lighter_of_its_two_ends() => Units.Sample(units =>
    {
        var balancer = new Balancer(units);
        var least = Math.Min(units.Sum(unit => unit.Found * unit.Replicas), units.Sum(unit => unit.Wanted * unit.Replicas));

        balancer.Run(balancer.Begin(), restore: false, weights => Assert.True(weights.Sum() >= least));
    });

    [Fact]
    public void Undo_restores_exactly_what_was_found_from_wherever_the_shift_stands() => Gen.Select(Units, Gen.Int[0, 3]).Sample((units, steps) =>
    {
        var balancer = new Balancer(units);
        var record = balancer.Run(balancer.Begin(), restore: false, _ => { }, steps);

        balancer.Run(record, restore: true, weights =>
        {
            for (var i = 0; i < units.Count; i++) Assert.True(weights[i] > 0 || units[i].Found == 0);
        });

        Assert.Equal(units.Select(unit => unit.Found * unit.Replicas), balancer.Weights);
    });

    [Fact]
    public void A_shift_takes_at_most_two_writes_a_unit_in_two_rounds() => Units.Sample(units =>
    {
        var balancer = new Balancer(units);

        balancer.Run(balancer.Begin(), restore: false, _ => { });

        Assert.InRange(balancer.Rounds, 0, 2);
    });

    [Fact]
    public void Someone_elses_weight_in_the_middle_stops_the_shift_and_is_named()
    {
        var balancer = new Balancer([(50, 20, 1), (50, 80, 1)]);
        var record = balancer.Run(balancer.Begin(), restore: false, _ => { }, steps: 1);
        balancer.Set(0, 70);

        var next = WeightShift.Next(record, balancer.Seen("kubectl-edit"), restore: false, TimeSpan.Zero, default);

        Assert.Equal("Service u0 was set to 70 by kubectl-edit while this ticket shifts its weight; it is left as it is", next.Interference);
        Assert.Empty(next.Writes);
    }

    [Fact]
    public void Fifty_times_one_and_fifty_times_two_is_one_to_two()
    {
        var balancer = new Balancer([(50, 50, 1), (50, 50, 2)]);

        var record = balancer.Run(balancer.Begin(), restore: false, _ => { });

        Assert.Equal(["33.3 %", "66.7 %"], record.Units.Select(unit => unit.SetShare));
        Assert.Equal(["33.3 %", "66.7 %"], record.Units.Select(unit => unit.ActualShare));
    }

    /// <summary>A balancer whose settings are totals and that puts them in force at once.</summary>
    sealed class Balancer(List<(int Found, int Wanted, int Replicas)> units)
    {
        readonly int[] _weights = [.. units.Select(unit => unit.Found * unit.Replicas)];

        public IReadOnlyList<int> Weights => _weights;

        public int Rounds { get; private set; }

        public void Set(int unit, int weight) => _weights[unit] = weight;

        public ShiftedService Begin() => WeightShift.Begin("cart", Seen(), units.Index().ToDictionary(unit => $"u{unit.Index}", unit => unit.Item.Wanted));

        public WeightsSeen Seen(string? writer = null) => new()
        {
            Provider = "test",
            Units = [.. units.Index().Select(unit => new UnitWeightSeen
            {
                Unit = $"u{unit.Index}", Backend = $"Service u{unit.Index}", Setting = $"{_weights[unit.Index]}", Default = 1,
                Factor = unit.Item.Replicas, Replicas = unit.Item.Replicas, IsInForce = true, WrittenBy = writer,
            })],
        };

        public ShiftedService Run(ShiftedService record, bool restore, Action<IReadOnlyList<int>> everyWrite, int steps = 100)
        {
            for (var step = 0; step < steps; step++)
            {
                var next = WeightShift.Next(record, Seen(), restore, TimeSpan.Zero, default);
                record = next.Record;
                if (next.IsDone) return record;
                if (next.Writes.Count > 0) Rounds++;
                foreach (var write in next.Writes)
                {
                    _weights[int.Parse(write.Unit[1..], CultureInfo.InvariantCulture)] = int.Parse(write.To, CultureInfo.InvariantCulture);
                    everyWrite(_weights);
                }
            }

            Assert.True(steps < 100, "the shift does not end");
            return record;
        }
    }
}
