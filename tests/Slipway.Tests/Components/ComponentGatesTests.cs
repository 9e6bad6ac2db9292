using Slipway.Applications;
using Slipway.Components;
using Slipway.Policies;
using Slipway.Tests.Worlds;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Components;

public sealed class ComponentGatesTests
{
    static readonly ServiceTraffic Alibaba = new() { Provider = TrafficProvider.AlibabaCloud, Backends = [new() { Unit = "GZ00A", Service = "cart-gz00a" }, new() { Unit = "GZ00B", Service = "cart-gz00b" }] };

    static Fleet Cafe(ServiceTraffic? traffic = null) =>
        new Fleet().Service("cart", "CafeDeployment", ("GZ00A", 2), ("GZ00B", 2)).Application("cart", WorkloadKind.CafeDeployment, traffic: traffic);

    static Fleet Deployment(ServiceTraffic? traffic = null) =>
        new Fleet().Deployment("cart", ("GZ00A", 2), ("GZ00B", 2)).Application("cart", WorkloadKind.Deployment, traffic: traffic);

    static OpsTicketSpec Shift => new() { Title = "shift", Operation = Operation.ShiftTraffic, Targets = [new() { Service = "cart" }], Weights = [new() { Unit = "GZ00A", Weight = 20 }] };

    static IReadOnlyList<string> Reasons(Fleet fleet, OpsTicketSpec spec) =>
        TicketResolution.Of(fleet.With(spec).Seen()) is TicketResolution.Refused refused ? refused.Reasons : [];

    [Fact]
    public void Scale_in_of_a_CafeDeployment_needs_a_cafeextcontroller_that_does_not_choose_at_random()
    {
        var fleet = Cafe();
        fleet.Components[ComponentNames.CafeExtController] = "0.7.1";

        Assert.Equal(["cafeextcontroller 0.7.1 found, 0.7.2 needed"], Reasons(fleet, Specs.OnPods(Operation.ScaleIn, "cart", "cart-gz00a-0")));
        Assert.DoesNotContain(Reasons(Cafe(), Specs.OnPods(Operation.ScaleIn, "cart", "cart-gz00a-0")), reason => reason.Contains("needed", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_workloads_and_other_operations_do_not_ask_for_it()
    {
        var fleet = Deployment();
        fleet.Components.Remove(ComponentNames.CafeExtController);
        var cafe = Cafe();
        cafe.Components.Clear();

        Assert.DoesNotContain(Reasons(fleet, Specs.OnPods(Operation.ScaleIn, "cart", "cart-gz00a-0")), reason => reason.Contains("needed", StringComparison.Ordinal));
        Assert.DoesNotContain(Reasons(cafe, Specs.OnPods(Operation.Replace, "cart", "cart-gz00a-0")), reason => reason.Contains("needed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Deployment")]
    [InlineData("ReplicaSet")]
    public void A_server_that_knows_no_deletion_cost_would_give_up_other_pods(string kind)
    {
        var fleet = new Fleet().Service("cart", kind, ("GZ00A", 4));
        var chosen = fleet.Pods.First().Name;

        fleet.Components[ComponentNames.Kubernetes] = "v1.21.14";
        Assert.Equal(["kubernetes v1.21.14 found, 1.22 needed"], Reasons(fleet, Specs.OnPods(Operation.ScaleIn, "cart", chosen)));

        fleet.Components.Remove(ComponentNames.Kubernetes);
        Assert.Equal(["the API server tells no version, kubernetes 1.22 needed"], Reasons(fleet, Specs.OnPods(Operation.ScaleIn, "cart", chosen)));

        fleet.Components[ComponentNames.Kubernetes] = "v1.29.3-gke.1282000";
        Assert.Empty(Reasons(fleet, Specs.OnPods(Operation.ScaleIn, "cart", chosen)));
    }

    [Fact]
    public void Traffic_removal_needs_both_controllers_and_says_of_each_what_was_found()
    {
        var fleet = Cafe(Alibaba);
        fleet.Components[ComponentNames.CafeExtController] = "v0.7.1";
        fleet.Components[ComponentNames.CloudControllerManager] = "0.7.9";

        Assert.Equal(
            ["cafeextcontroller v0.7.1 found, 0.7.2 needed", "cloud-controller-manager 0.7.9 found, 0.8.0 needed"],
            Reasons(fleet, Specs.OnPods(Operation.RemoveTraffic, "cart", "cart-gz00a-0")));
    }

    [Fact]
    public void Shifting_through_Alibaba_Cloud_needs_its_controller_and_its_network()
    {
        var fleet = Deployment(Alibaba);
        fleet.Components[ComponentNames.CloudControllerManager] = "1.1.0";
        fleet.Components.Remove("terway-eni");
        fleet.Components["flannel"] = "0.22.0";

        Assert.Equal(["cloud-controller-manager 1.1.0 found, 1.2.1 needed", "network plug-in flannel found, terway-eni needed"], Reasons(fleet, Shift));
    }

    [Fact]
    public void The_load_balancer_gates_are_Alibaba_Clouds_alone()
    {
        var fleet = Deployment(new() { Provider = TrafficProvider.HAProxy, Backends = [new() { Unit = "GZ00A", Haproxy = new() { Backend = "cart", Server = "a" } }] });
        fleet.Components.Clear();

        Assert.DoesNotContain(Reasons(fleet, Shift), reason => reason.Contains("needed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "cloud-controller-manager was not found, 1.2.1 needed; an OpsPolicy can state a version that cannot be seen")]
    [InlineData("latest", "cloud-controller-manager latest found, which is not a version, 1.2.1 needed; an OpsPolicy can state it")]
    public void A_component_that_tells_no_version_is_no_newer_one(string? version, string reason)
    {
        var fleet = Deployment(Alibaba);
        if (version is null) fleet.Components.Remove(ComponentNames.CloudControllerManager);
        else fleet.Components[ComponentNames.CloudControllerManager] = version;

        Assert.Equal([reason], Reasons(fleet, Shift));
    }

    [Fact]
    public void After_the_upgrade_reinitialize_gets_past_the_gate()
    {
        var fleet = Cafe().With(Specs.OnPods(Operation.ScaleIn, "cart", "cart-gz00a-0"));
        fleet.Components[ComponentNames.CafeExtController] = "0.7.1";
        fleet.Step();
        Assert.Equal((TicketPhase.InitializeFailed, "cafeextcontroller 0.7.1 found, 0.7.2 needed"), (fleet.Ticket.Status!.Phase!.Value, fleet.Ticket.Status.FailureReason));

        fleet.Components[ComponentNames.CafeExtController] = "0.7.2";
        fleet.Command(CommandVerb.Reinitialize).Step();

        Assert.DoesNotContain("cafeextcontroller", fleet.Ticket.Status.FailureReason ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_are_read_from_images_and_stated_ones_fill_the_gaps()
    {
        ComponentWorkload[] workloads =
        [
            new("Deployment", "kube-system", "cafeextcontroller", [new("proxy", "registry.example/proxy:9.9"), new("cafeextcontroller", "registry.example:5000/cafe/cafeextcontroller:0.7.1@sha256:abc")]),
            new("DaemonSet", "kube-system", "cloud-controller-manager", [new("ccm", "registry.example/ccm@sha256:abc")]),
            new("Deployment", "kube-system", "coredns", [new("coredns", "registry.example/coredns:1.11.1")]),
        ];
        OpsPolicy[] policies =
        [
            new() { Metadata = new() { Name = "house" }, Spec = new() { Components = [new() { Name = "cafeextcontroller", Version = "0.9.0" }, new() { Name = "cloud-controller-manager", Version = "1.2.1" }] } },
            new() { Metadata = new() { Name = "second" }, Spec = new() { Components = [new() { Name = "cloud-controller-manager", Version = "1.1.0" }, new() { Name = "terway-eni", Version = "soon" }] } },
        ];

        var components = ComponentsSeen.Of(workloads, policies);

        Assert.Equal(
            [
                new ComponentFound("cafeextcontroller", "0.7.1", "Deployment kube-system/cafeextcontroller"),
                new ComponentFound("cloud-controller-manager", "1.1.0", "OpsPolicy second"),
            ],
            components.Found);
    }

    [Fact]
    public void The_diagnosis_names_every_gate_and_what_it_allows()
    {
        var lines = Diagnosis.Of(new([new("cafeextcontroller", "0.7.1", "here"), new("cloud-controller-manager", "v1.2.1-aliyun.1", "there"), new("terway-eniip", "1.5.0", "there"), new("kubernetes", "v1.26.3", "/version")]), recreateRequestsServed: false);

        Assert.Equal(
            [
                ("kubernetes", "v1.26.3", "1.22", "ScaleIn on Deployments", true),
                ("kubernetes", "v1.26.3", "1.27", "ScaleIn of the first pods of StatefulSets", false),
                ("cafeextcontroller", "0.7.1", "0.7.2", "ScaleIn on CafeDeployments", false),
                ("cafeextcontroller", "0.7.1", "0.7.2", "RemoveTraffic on CafeDeployments", false),
                ("cloud-controller-manager", "v1.2.1-aliyun.1", "0.8.0", "RemoveTraffic through alibaba-cloud", true),
                ("cloud-controller-manager", "v1.2.1-aliyun.1", "1.2.1", "ShiftTraffic through alibaba-cloud", true),
                ("network plug-in", "terway-eniip", "terway-eni", "ShiftTraffic through alibaba-cloud", true),
                ("kruise-daemon", null, "running", "Restart by ContainerRecreateRequest", false),
            ],
            lines.Select(line => (line.Component, line.Found, line.Needed, line.Allows, line.Refusal is null)));
    }
}
