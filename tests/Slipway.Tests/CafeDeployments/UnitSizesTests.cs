using CsCheck;
using Slipway.CafeDeployments;
using Slipway.Resources;
using Xunit;

namespace Slipway.Tests.CafeDeployments;

public sealed class UnitSizesTests
{
    [Theory]
    [InlineData(10, "CellA CellB", "CellA=4", "4 6")]
    [InlineData(10, "A B C", "", "4 3 3")]
    [InlineData(10, "A B", "A=25%", "2 8")]
    [InlineData(10, "A B C", "A=33% B=33% C=34%", "3 3 4")]
    [InlineData(5, "A B", "A=50% B=50%", "3 2")]
    [InlineData(10, "A B", "A=4 B=60%", "4 6")]
    [InlineData(0, "A B", "A=50%", "0 0")]
    [InlineData(7, "A B C", "B=0", "4 0 3")]
    public void Each_unit_gets_its_number_its_percentage_or_an_even_share_of_the_rest(int replicas, string values, string named, string sizes) =>
        Assert.Equal(sizes, Sizes(UnitSizes.Of(Spec(replicas, values, named))));

    [Theory]
    [InlineData(10, "A B", "C=1", "spec.topology.unitReplicas names C, which is not in spec.topology.values (A, B)")]
    [InlineData(10, "A B", "A=11", "spec.topology.unitReplicas come to 11 pods, more than the 10 of spec.replicas")]
    [InlineData(10, "A B", "A=4 B=4", "spec.topology.unitReplicas names every unit and comes to 8 pods, fewer than the 10 of spec.replicas")]
    [InlineData(10, "A B", "A=120%", "spec.topology.unitReplicas gives A 120%; at most 100% is allowed")]
    [InlineData(10, "A B C", "A=60% B=60%", "the percentages of spec.topology.unitReplicas come to 120%; at most 100% is allowed")]
    [InlineData(10, "A B", "A=50% B=49%", "spec.topology.unitReplicas names every unit and comes to 9 pods, fewer than the 10 of spec.replicas")]
    [InlineData(10, "A B", "A=-1", "spec.topology.unitReplicas gives A -1; at least 0 is allowed")]
    [InlineData(10, "", "", "spec.topology.values is empty; unitType Cell needs at least one unit")]
    [InlineData(10, "A a", "", "spec.topology.values has A and a; units must differ in more than case")]
    [InlineData(10, "A_1", "", "spec.topology.values has \"A_1\"; a unit is 1 to 40 letters, digits and '-', with no '-' at the ends")]
    public void A_mistake_is_one_sentence(int replicas, string values, string named, string sentence) =>
        Assert.Equal(sentence, Assert.IsType<UnitSizes.Mistaken>(UnitSizes.Of(Spec(replicas, values, named))).Sentence);

    static readonly Gen<CafeDeploymentSpec> Specs =
        from replicas in Gen.Int[0, 200]
        from units in Gen.Int[1, 6]
        from wanted in Gen.Int[0, 120].Array[6]
        from isPercent in Gen.Bool.Array[6]
        from isNamed in Gen.Bool.Array[6]
        select new CafeDeploymentSpec
        {
            Replicas = replicas,
            Selector = new(),
            Template = default,
            Topology = new()
            {
                UnitType = UnitType.Cell,
                Values = [.. Enumerable.Range(0, units).Select(Unit)],
                UnitReplicas = Enumerable.Range(0, units).Where(i => isNamed[i]).ToDictionary(Unit, i => isPercent[i] ? IntOrPercent.Percent(wanted[i]) : IntOrPercent.Count(wanted[i])),
            },
        };

    [Fact]
    public void Sizes_always_come_to_the_replicas() => Specs.Sample(spec => UnitSizes.Of(spec) switch
    {
        UnitSizes.Known known => known.Units.Sum(size => size.Count) == spec.Replicas && known.Units.All(size => size.Count >= 0),
        _ => true,
    });

    [Fact]
    public void A_number_is_taken_as_it_is_and_a_percentage_is_off_by_less_than_one_pod() => Specs.Sample(spec => UnitSizes.Of(spec) is not UnitSizes.Known known
        || spec.Topology!.UnitReplicas!.All(named => named.Value.IsPercent
            ? Math.Abs(known[named.Key] - (named.Value.Value * spec.Replicas!.Value / 100.0)) < 1
            : known[named.Key] == named.Value.Value));

    [Fact]
    public void Without_the_chosen_pods_every_unit_has_exactly_what_is_left_of_it() =>
        (from spec in Specs from picks in Gen.Int[0, 1000].Array[0, 8] select (spec, picks)).Sample(sample =>
        {
            if (UnitSizes.Of(sample.spec) is not UnitSizes.Known before || before.Units.Sum(size => size.Count) == 0) return true;
            var pods = before.Units.SelectMany(size => Enumerable.Range(0, size.Count).Select(ordinal => (size.Unit, Name: $"cart-{size.Unit.ToLowerInvariant()}-{ordinal}"))).ToList();
            var chosen = sample.picks.Select(pick => pods[pick % pods.Count]).Distinct().ToList();
            var cafe = new CafeDeployment { Metadata = new() { Name = "cart", Namespace = "shop" }, Spec = sample.spec };

            var scaleIn = Assert.IsType<SpecifiedScaleIn.Possible>(SpecifiedScaleIn.Of(cafe, [.. chosen.Select(pod => pod.Name)]));

            var after = (UnitSizes.Known)UnitSizes.Of(scaleIn.ApplyTo(sample.spec));
            return after.Units.SequenceEqual(before.Units.Select(size => size with { Count = size.Count - chosen.Count(pod => pod.Unit == size.Unit) }));
        });

    [Fact]
    public void A_pod_of_another_workload_is_refused_by_its_name()
    {
        var cafe = new CafeDeployment { Metadata = new() { Name = "cart", Namespace = "shop" }, Spec = Spec(4, "A B", "") };

        var refused = Assert.IsType<SpecifiedScaleIn.Refused>(SpecifiedScaleIn.Of(cafe, ["cart-a-0", "payment-a-0"]));

        Assert.Equal("Pod payment-a-0 is no pod of CafeDeployment cart by its name", refused.Reason);
    }

    static string Unit(int i) => $"GZ0{i}";

    static string Sizes(UnitSizes sizes) => sizes is UnitSizes.Known known ? string.Join(' ', known.Units.Select(size => size.Count)) : ((UnitSizes.Mistaken)sizes).Sentence;

    static CafeDeploymentSpec Spec(int replicas, string values, string named) => new()
    {
        Replicas = replicas,
        Selector = new(),
        Template = default,
        Topology = new()
        {
            UnitType = UnitType.Cell,
            Values = values.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            UnitReplicas = named.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')).ToDictionary(entry => entry[0], entry => IntOrPercent.TryParse(entry[1], out var wanted) ? wanted : default),
        },
    };
}
