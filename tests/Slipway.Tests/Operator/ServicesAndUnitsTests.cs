using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Applications;
using Slipway.Cli.Output;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Slipway.Units;
using Xunit;

namespace Slipway.Tests.Operator;

/// <summary>Services, units and policies in a whole cluster with the operator beside it.</summary>
public sealed class ServicesAndUnitsTests
{
    static SimulatedWorld Shop()
    {
        var world = new SimulatedWorld();
        world.Deployment("cart-v2", 4);
        world.Settle();
        world.StartOperator();
        return world;
    }

    static void Service(SimulatedWorld world, string name, string workload, string spec = "") =>
        world.Apply(Kinds.ApplicationServices, $$$"""{"metadata":{"name":"{{{name}}}","namespace":"shop"},"spec":{"workload":{"kind":"Deployment","name":"{{{workload}}}"} {{{spec}}} } }""");

    static void Unit(SimulatedWorld world, string name, string selector) =>
        world.Apply(Kinds.DeploymentUnits, $$"""{"metadata":{"name":"{{name}}"},"spec":{"nodeSelector":{ {{selector}} } } }""");

    static ApplicationServiceStatus? Status(SimulatedWorld world, string service) =>
        world.Cluster.Objects.Get(Kinds.ApplicationServices, new("shop", service))!.Json.Deserialize(ApplicationJson.Default.ApplicationService)!.Status;

    static IEnumerable<OperatorCall> Writes(SimulatedWorld world, ResourceType kind) => world.Calls.Where(call => call.IsWrite && call.Path.Contains($"/{kind.Plural}/", StringComparison.Ordinal));

    [Fact]
    public void A_ticket_addresses_the_service_whatever_its_workload_is_called()
    {
        using var world = Shop();
        Service(world, "cart", "cart-v2");
        world.Run(TimeSpan.FromSeconds(5));

        world.Submit("r1", Specs.Of(Operation.Restart, "cart"));
        Assert.True(world.RunUntil(() => world.Ticket("r1").Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(10)));

        Assert.Equal(["Deployment cart-v2"], world.Groups("r1").SelectMany(group => group.Spec.Pods).Select(pod => $"{pod.Workload.Kind} {pod.Workload.Name}").Distinct());
    }

    [Fact]
    public void The_workloads_own_name_is_refused_with_the_services_name()
    {
        using var world = Shop();
        Service(world, "cart", "cart-v2");
        world.Run(TimeSpan.FromSeconds(5));

        world.Submit("r1", Specs.Of(Operation.Restart, "cart-v2"));
        world.Run(TimeSpan.FromSeconds(5));

        Assert.Equal("Deployment cart-v2 is application service cart; name that instead of cart-v2", world.Ticket("r1").Status?.FailureReason);
    }

    [Fact]
    public void A_service_that_is_declared_while_a_ticket_runs_does_not_free_the_tickets_pods()
    {
        using var world = Shop();
        world.Submit("old", Specs.Of(Operation.Restart, "cart-v2"));
        Assert.True(world.RunUntil(() => world.Ticket("old").Status?.Phase == TicketPhase.Executing, TimeSpan.FromMinutes(1)));

        Service(world, "cart", "cart-v2");
        world.Run(TimeSpan.FromSeconds(2));
        world.Submit("new", Specs.Of(Operation.Restart, "cart"));
        world.Run(TimeSpan.FromSeconds(2));

        Assert.Equal("Ticket old is executing on 4 of these pods", world.Ticket("new").Status?.FailureReason);
        world.Run(TimeSpan.FromMinutes(1));
        Assert.Contains("Deployment cart-v2 is application service cart", world.Ticket("old").Status?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_tells_its_pods_by_unit_and_is_written_only_when_that_changes()
    {
        using var world = Shop();
        Service(world, "cart", "cart-v2");
        world.Run(TimeSpan.FromSeconds(5));
        var first = Status(world, "cart");
        var written = Writes(world, Kinds.ApplicationServices).Count();

        world.Run(TimeSpan.FromHours(1));

        Assert.Equal(("Deployment cart-v2", "4/4", "GZ00A,GZ00B", true), (first!.Workload, first.Pods, first.UnitNames, first.Publishable!.Value));
        Assert.Equal((1, 1), (written, Writes(world, Kinds.ApplicationServices).Count()));
    }

    [Fact]
    public void Pods_move_to_the_unit_that_claims_their_nodes_and_to_none_where_two_do()
    {
        using var world = Shop();
        Service(world, "cart", "cart-v2");
        Unit(world, "gz", """ "kubernetes.io/os":"linux" """);
        foreach (var node in world.Cluster.Objects.List(Kinds.Nodes))
        {
            var labelled = node.Edit();
            labelled["metadata"]!["labels"]!["kubernetes.io/os"] = "linux";
            world.Cluster.Objects.Update(Kinds.Nodes, labelled);
        }

        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal("gz", Status(world, "cart")!.UnitNames);

        Unit(world, "rival", $""" "{Names.UnitLabel}":"GZ00A" """);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal("-,gz", Status(world, "cart")!.UnitNames);
        Assert.All(["gz", "rival"], name => Assert.Equal(DeploymentUnitState.Overlapping, world.Cluster.Objects.Get(Kinds.DeploymentUnits, ObjectKey.Cluster(name))!.Json.Deserialize(UnitJson.Default.DeploymentUnit)!.Status!.State));

        world.Cluster.Objects.Delete(Kinds.DeploymentUnits, ObjectKey.Cluster("rival"));
        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal("gz", Status(world, "cart")!.UnitNames);
    }

    [Fact]
    public void A_floor_holds_a_running_ticket_until_it_is_lowered()
    {
        using var world = Shop();
        world.Apply(Kinds.OpsPolicies, """{"metadata":{"name":"house"},"spec":{"floors":[{"minAvailable":"100%"}]}}""");
        world.Submit("r1", Specs.Of(Operation.Restart, "cart-v2"));
        world.Run(TimeSpan.FromMinutes(5));
        Assert.Contains("OpsPolicy house: minAvailable 100% of 4 allows 0 more of service cart-v2 (4 available, 4 needed)", world.Ticket("r1").Status?.Message, StringComparison.Ordinal);

        world.Cluster.Objects.Delete(Kinds.OpsPolicies, ObjectKey.Cluster("house"));

        Assert.True(world.RunUntil(() => world.Ticket("r1").Status?.Phase == TicketPhase.Succeeded, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void A_policy_that_cannot_be_read_says_so()
    {
        using var world = Shop();
        world.Apply(Kinds.OpsPolicies, """{"metadata":{"name":"house"},"spec":{"components":[{"name":"cafeextcontroller","version":"newest"}]}}""");

        world.Run(TimeSpan.FromSeconds(5));

        var status = world.Cluster.Objects.Get(Kinds.OpsPolicies, ObjectKey.Cluster("house"))!.Json.Deserialize(PolicyJson.Default.OpsPolicy)!.Status!;
        Assert.Equal((false, "spec.components says cafeextcontroller newest, which is not a version; a version is like 1.2.1"), (status.Accepted!.Value, status.Message));
    }

    [Fact]
    public void The_sample_of_units_and_services_is_what_its_comments_say()
    {
        using var world = Shop();
        foreach (var document in YamlDocuments.Read("the sample", File.ReadAllText(Path.Combine(Repository.Root, "samples", "units-and-services.yaml"))).Cast<JsonObject>())
        {
            var kind = world.Cluster.Objects.Kinds.All.Single(kind => kind.Type.ApiVersion == $"{document["apiVersion"]}" && kind.Type.Kind == $"{document["kind"]}");
            world.Cluster.Objects.Create(kind.Type, document);
        }

        world.Settle();
        var search = Status(world, "search")!;
        Assert.Equal(("Deployment search-v2", "4/4", "GZ00A,GZ00B", true), (search.Workload, search.Pods, search.UnitNames, search.Publishable!.Value));
        Assert.All(world.Cluster.Objects.List(Kinds.DeploymentUnits), unit => Assert.Equal("2 nodes", unit.Json.GetProperty("status").GetProperty("message").GetString()));
        Assert.All(world.Cluster.Objects.List(Kinds.OpsPolicies), policy => Assert.True(policy.Json.GetProperty("status").GetProperty("accepted").GetBoolean()));

        world.Submit("r1", Specs.Of(Operation.Restart, "search") with { Guard = new() { MaxUnavailable = IntOrPercent.Percent(100) } });
        world.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(1, world.Ticket("r1").Status?.Counts?.Updating);
    }
}
