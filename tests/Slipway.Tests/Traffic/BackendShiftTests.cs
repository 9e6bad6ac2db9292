using CsCheck;
using Slipway.Traffic;
using Xunit;

namespace Slipway.Tests.Traffic;

/// <summary>Shifts of backends' own weights, where a write may be taken for some and not for others, and pods come and go.</summary>
public sealed class BackendShiftTests
{
    static readonly Gen<(int[] Found, int Wanted)> Unit = Gen.Select(Gen.Int[1, 100].Array[1, 8], Gen.Int[1, 100]);

    static readonly Gen<(List<(int[] Found, int Wanted)> Units, int Seed)> Shifts = Gen.Select(Unit.List[1, 4], Gen.Int);

    [Fact]
    public void However_much_of_each_write_is_taken_the_shift_ends_at_what_is_wanted_and_no_backend_is_ever_without_weight() => Shifts.Sample(shift =>
    {
        var balancer = new Balancer(shift.Units, new(shift.Seed));

        balancer.Run(balancer.Begin(), restore: false, steps: 1000);

        Assert.All(balancer.Units, (unit, at) => Assert.All(unit.Values, weight => Assert.Equal(shift.Units[at].Wanted, weight)));
        Assert.True(balancer.Least >= shift.Units.Min(unit => Math.Min(unit.Wanted, unit.Found.Min())));
    });

    [Fact]
    public void Undo_from_wherever_the_shift_stands_gives_each_backend_exactly_what_it_had() => Gen.Select(Shifts, Gen.Int[0, 6]).Sample((shift, steps) =>
    {
        var balancer = new Balancer(shift.Units, new(shift.Seed));
        var found = balancer.Units.Select(unit => unit.ToDictionary()).ToList();
        var record = balancer.Run(balancer.Begin(), restore: false, steps);

        balancer.Run(record, restore: true, steps: 1000);

        Assert.All(balancer.Units.Zip(found), unit => Assert.All(unit.First, backend => Assert.Equal(unit.Second[backend.Key], backend.Value)));
    });

    [Fact]
    public void Pods_that_come_and_go_on_the_way_end_with_their_units_weight() => Shifts.Sample(shift =>
    {
        var balancer = new Balancer(shift.Units, new(shift.Seed)) { PodsComeAndGo = true };

        balancer.Run(balancer.Begin(), restore: false, steps: 1000);

        Assert.All(balancer.Units, (unit, at) => Assert.All(unit.Values, weight => Assert.Equal(shift.Units[at].Wanted, weight)));
    });

    [Fact]
    public void Weights_are_written_as_what_most_have_and_those_that_differ() => Gen.Int[1, 100].Array[1, 12].Sample(weights =>
    {
        var byAddress = weights.Index().ToDictionary(weight => $"10.0.0.{weight.Index}:8080", weight => weight.Item);

        var read = BackendWeights.Parse($"{BackendWeights.Of(byAddress)}", 1);

        Assert.All(byAddress, backend => Assert.Equal(backend.Value, read[backend.Key]));
        Assert.Equal(weights.CountBy(weight => weight).Max(weight => weight.Value), byAddress.Values.Count(weight => weight == read["10.9.9.9:8080"]));
    });

    /// <summary>A cloud in which each backend takes a write or not, by chance.</summary>
    sealed class Balancer(List<(int[] Found, int Wanted)> units, Random chance)
    {
        const int Newcomer = 100;

        int _pods = 1000;

        public List<Dictionary<string, int>> Units { get; } = [.. units.Select((unit, u) => unit.Found.Index().ToDictionary(weight => $"10.{u}.0.{weight.Index}:8080", weight => weight.Item))];

        public bool PodsComeAndGo { get; init; }

        public int Least { get; private set; } = int.MaxValue;

        public ShiftedService Begin() => WeightShift.Begin("cart", Seen(), units.Index().ToDictionary(unit => $"u{unit.Index}", unit => unit.Item.Wanted));

        public ShiftedService Run(ShiftedService record, bool restore, int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                if (PodsComeAndGo && step < 20) Move();
                var next = WeightShift.Next(record, Seen(), restore, TimeSpan.Zero, default);
                Assert.Null(next.Interference);
                record = next.Record;
                if (next.IsDone) return record;
                foreach (var write in next.Writes) Take(write);
            }

            Assert.True(steps < 1000, "the shift does not end");
            return record;
        }

        void Take(WeightWrite write)
        {
            var backends = Units[write.Unit[1] - '0'];
            var to = BackendWeights.Parse(write.To, Newcomer);
            foreach (var address in backends.Keys.Where(_ => chance.Next(2) == 0)) backends[address] = to[address];
            Least = Math.Min(Least, backends.Values.Min());
        }

        void Move()
        {
            var backends = Units[chance.Next(Units.Count)];
            if (chance.Next(2) == 0) backends[$"10.9.9.9:{++_pods}"] = Newcomer;
            else if (backends.Count > 1) backends.Remove(backends.Keys.First());
        }

        WeightsSeen Seen() => new()
        {
            Provider = "test",
            Units = [.. Units.Index().Select(unit => new UnitWeightSeen
            {
                Unit = $"u{unit.Index}", Backend = $"Service u{unit.Index}", Setting = $"{BackendWeights.Of(unit.Item)}", Default = Newcomer, Replicas = unit.Item.Count,
                IsInForce = true, IsOfBackends = true, Backends = unit.Item.ToDictionary(),
            })],
        };
    }
}
