using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Cli.Commands.Tickets;
using Slipway.Cli.Output;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway demo</c>: the main job in one terminal, nothing needed.</summary>
static class DemoCommand
{
    const string Namespace = "shop";
    const double Speed = 10;

    public static Command Verb(Surroundings surroundings)
    {
        var traffic = new Option<bool>("--traffic") { Description = "Only the second act: weights and removal, measured with real requests" };
        var command = new Command("demo", "Watch tickets carried out on an embedded cluster: pods first, then traffic") { traffic };
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(() => parsed.GetValue(traffic) ? TrafficDemo.RunAsync(surroundings, cancellation) : BothActsAsync(surroundings, cancellation)));
        return command;
    }

    static async Task<int> BothActsAsync(Surroundings surroundings, CancellationToken cancellation)
    {
        var say = surroundings.Out;
        var first = await RunAsync(surroundings, cancellation);
        await say.WriteLineAsync("\n──── Second act ────\n");
        var second = await TrafficDemo.RunAsync(surroundings, cancellation);
        await say.WriteLineAsync("""

            Next: slipway sandbox --kubeconfig-out kc          a cluster like this one that stays, for kubectl, with a console for the browser
                  slipway ticket --help                        create, watch, pause, confirm, retry, cancel
                  slipway install | kubectl apply -f -         the real thing
            """);
        if (Math.Max(first, second) != ExitCode.Done || surroundings.In is not { } keys) return Math.Max(first, second);
        await say.WriteLineAsync("\nPress Enter for such a cluster and its console now; Ctrl-C ends.");
        await keys.ReadLineAsync(cancellation);
        return await SlipwayCommand.RunAsync(["sandbox", "--kubeconfig-out", Path.Combine(Path.GetTempPath(), "slipway-demo.kubeconfig")], surroundings);
    }

    static async Task<int> RunAsync(Surroundings surroundings, CancellationToken cancellation)
    {
        var say = surroundings.Out;
        await using var embedded = new EmbeddedCluster(["GZ00A", "GZ00B"], nodes: 4, Speed, surroundings.Time);
        await say.WriteLineAsync("A cluster in this process, its clock running ten times fast: 4 nodes in the deployment units GZ00A and GZ00B.");
        embedded.Apply(SandboxComponents.Yaml(SandboxComponents.Parse([])));
        embedded.Apply(Deployment.Sample("shop.yaml"));
        await embedded.SettledAsync(Namespace, cancellation);
        await say.WriteLineAsync("Namespace shop: Deployment cart with 8 pods and a PodDisruptionBudget (6 must stay), StatefulSet catalog with 6 pods.");
        embedded.StartOperator(NullLoggerFactory.Instance);
        var stage = new Stage(surroundings with { Time = embedded.Time }, embedded);

        await say.WriteLineAsync("\n1. Restart every cart pod in place, one deployment unit after the other, two at a time.\n");
        var restart = await stage.CarryOutAsync("restart-cart", Draft("Restart leaking cart pods", Operation.Restart, "cart") with { ReleasePolicy = new() { GroupBy = GroupBy.DeploymentUnit } }, cancellation);

        await say.WriteLineAsync("\n2. Replace the catalog pods: first one of each unit (beta), then half of each unit at a time.\n");
        var replace = await stage.CarryOutAsync(
            "replace-catalog",
            Draft("Replace catalog pods", Operation.Replace, "catalog") with
            {
                ReleasePolicy = new() { GroupBy = GroupBy.UnitPercentage, Percentage = 50, Beta = true },
                Guard = new() { MaxUnavailable = IntOrPercent.Percent(50) },
            },
            cancellation);

        await say.WriteLineAsync("\n3. A ticket on a service that does not exist yet is refused; mended, it is initialized again.\n");
        var mended = await stage.RefuseAndMendAsync(cancellation);

        await say.WriteLineAsync($"""

            restart-cart     {restart}
            replace-catalog  {replace}
            restart-search   {mended}
            """);
        return (restart, replace, mended) is (TicketPhase.Succeeded, TicketPhase.Succeeded, TicketPhase.Initialized) ? ExitCode.Done : ExitCode.TicketFailed;
    }

    static OpsTicketSpec Draft(string title, Operation operation, string service) =>
        new() { Title = title, Operation = operation, RequestedBy = "you", Targets = [new() { Service = service, All = true }] };

    /// <summary>Creates tickets and shows what becomes of them.</summary>
    sealed class Stage(Surroundings surroundings, EmbeddedCluster embedded)
    {
        int _commands;

        public async Task<TicketPhase> CarryOutAsync(string name, OpsTicketSpec spec, CancellationToken cancellation)
        {
            await CreateAsync(name, spec with { Commands = [Command(CommandVerb.Publish)] }, cancellation);
            return (await ShowAsync(name, sight => WatchTicket.IsEnd(sight.Phase), cancellation)).Phase;
        }

        public async Task<TicketPhase> RefuseAndMendAsync(CancellationToken cancellation)
        {
            const string Name = "restart-search";
            await CreateAsync(Name, Draft("Restart search", Operation.Restart, "search"), cancellation);
            var refused = await ShowAsync(Name, sight => sight.Phase == TicketPhase.InitializeFailed, cancellation);
            await surroundings.Out.WriteLineAsync($"\nFailure Reason: {refused.Ticket.Status?.FailureReason}\nMending it: creating Deployment search, then re-initializing.\n");
            embedded.Apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: search, namespace: shop}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: search}}
                  template:
                    metadata: {labels: {app: search}}
                    spec: {containers: [{name: app, image: "registry.example/shop/search:3.1"}]}
                """);
            await embedded.SettledAsync(Namespace, cancellation);
            var patch = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
            {
                ["op"] = "add",
                ["path"] = "/spec/commands/-",
                ["value"] = System.Text.Json.JsonSerializer.SerializeToNode(Command(CommandVerb.Reinitialize), TicketJson.Default.TicketCommand),
            });
            await embedded.Api.PatchAsync(Kinds.OpsTickets, new(Namespace, Name), Runtime.Api.Patch.Json(patch.ToJsonString()), null, cancellation);
            return (await ShowAsync(Name, sight => sight.Phase == TicketPhase.Initialized, cancellation)).Phase;
        }

        async Task CreateAsync(string name, OpsTicketSpec spec, CancellationToken cancellation)
        {
            var ticket = new OpsTicket { Metadata = new() { Name = name, Namespace = Namespace }, Spec = spec };
            await embedded.Api.CreateAsync(Kinds.OpsTickets, Namespace, ticket, TicketJson.Default.OpsTicket, cancellation);
        }

        Task<TicketSight> ShowAsync(string name, Func<TicketSight, bool> done, CancellationToken cancellation) =>
            new TicketView(surroundings.Out, surroundings.Terminal, surroundings.Time).ShowAsync(new(embedded.Api, new(Namespace, name), surroundings.Time), done, cancellation);

        TicketCommand Command(CommandVerb verb) => new() { Id = $"{verb.ToString().ToLowerInvariant()}-{++_commands}", Verb = verb, By = "you", At = surroundings.Time.GetUtcNow() };
    }
}
