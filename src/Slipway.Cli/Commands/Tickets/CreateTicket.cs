using System.CommandLine;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket create</c>: from a file, or from flags.</summary>
static class CreateTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var file = new Option<string?>("--filename", "-f") { Description = "Tickets in YAML; - reads standard input" };
        var flags = new TicketFlags();
        var publish = new Option<bool>("--publish") { Description = "Publish it as soon as it is initialized" };
        var wait = new Option<bool>("--wait") { Description = "Follow it until it ends; exits 3 when it fails" };
        var timeout = new Option<string?>("--timeout") { Description = "With --wait: how long, such as 90s, 10m or 1h; exits 4 when the time is over" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check it and show its plan; create nothing" };
        var command = flags.AddTo(cluster.AddTo(new Command("create", "Create a ticket; it is resolved and checked, and starts only when published") { file, publish, wait, timeout, dryRun }));
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var within = parsed.GetValue(timeout) is { } given ? Limit.Parse(given) : (TimeSpan?)null;
            if (within is not null && !parsed.GetValue(wait)) throw CommandException.Usage("--timeout needs --wait");
            using var open = cluster.Open(parsed, surroundings);
            var path = parsed.GetValue(file);
            if (path is not null && flags.AreGiven(parsed)) throw CommandException.Usage("give either -f FILE or --title, --operation and --service, not both");
            IReadOnlyList<OpsTicket> drafts = path is null ? [flags.Ticket(parsed)] : TicketFile.Read(path);
            foreach (var draft in drafts.Select(draft => Complete(draft, open.Namespace)))
            {
                var code = parsed.GetValue(dryRun)
                    ? await PlanAsync(surroundings, open, draft, cancellation)
                    : await CreateAsync(surroundings, open, draft, parsed.GetValue(publish), parsed.GetValue(wait), within, cancellation);
                if (code != ExitCode.Done) return code;
            }

            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>Fills in namespace and name, and refuses what the rules refuse.</summary>
    public static OpsTicket Complete(OpsTicket draft, string ns)
    {
        if (draft.Metadata.Namespace is { } given && given != ns && ns != "default") throw CommandException.Usage($"metadata.namespace is {given}, but --namespace is {ns}");
        var metadata = draft.Metadata with { Namespace = draft.Metadata.Namespace ?? ns };
        if (metadata.Name is null && metadata.GenerateName is null) metadata = metadata with { GenerateName = "ot-" };
        var complete = draft with { Metadata = metadata };
        var broken = TicketRules.Check(complete);
        return broken.Count == 0 ? complete : throw CommandException.Refused(string.Join("; ", broken.Select(violation => violation.Message)));
    }

    /// <summary>Shows the plan of a ticket, or of a draft.</summary>
    public static async Task<int> PlanAsync(Surroundings surroundings, OpenCluster open, OpsTicket draft, CancellationToken cancellation)
    {
        var plan = await open.Views(surroundings).PlanAsync(draft, cancellation);
        foreach (var line in PlanText.Render(plan)) await surroundings.Out.WriteLineAsync(line);
        return plan.FailureReason is null ? ExitCode.Done : ExitCode.Refused;
    }

    static async Task<int> CreateAsync(Surroundings surroundings, OpenCluster open, OpsTicket draft, bool publish, bool wait, TimeSpan? within, CancellationToken cancellation)
    {
        var who = await Identity.OfAsync(open.Connection, cancellation);
        var commands = draft.Spec.Commands ?? [];
        if (publish) commands = [.. commands, new() { Id = $"publish-{commands.Count + 1}", Verb = CommandVerb.Publish, By = who, At = surroundings.Time.GetUtcNow() }];
        var created = await TicketWrites.CreateAsync(open.Api, draft with { Spec = draft.Spec with { Commands = commands } }, who, cancellation);
        await surroundings.Out.WriteLineAsync($"opsticket.{Kinds.OpsTickets.Group}/{created.Key.Name}");
        var inPlace = open with { Namespace = created.Key.Namespace };
        if (wait && publish) return await FollowAsync(surroundings, inPlace, created.Key.Name, within, cancellation);
        if (wait) return await WaitForTicket.WaitAsync(surroundings, inPlace, created.Key.Name, TicketPhase.Initialized, within ?? TimeSpan.FromMinutes(1), cancellation);
        await surroundings.Talk.WriteLineAsync(publish ? $"follow it with: slipway ticket watch {created.Key.Name} -n {created.Key.Namespace}" : $"start it with: slipway ticket publish {created.Key.Name} -n {created.Key.Namespace}");
        return ExitCode.Done;
    }

    static async Task<int> FollowAsync(Surroundings surroundings, OpenCluster open, string name, TimeSpan? within, CancellationToken cancellation)
    {
        if (within is not { } limit) return await WatchTicket.ShowAsync(surroundings, open, name, cancellation);
        var code = ExitCode.Done;
        await Limit.WithinAsync(surroundings, limit, TooLate, async until => code = await WatchTicket.ShowAsync(surroundings, open, name, until), cancellation);
        return code;

        string TooLate() => $"{name} has not ended after {Limit.Text(limit)}; it goes on, follow it with: slipway ticket watch {name} -n {open.Namespace}";
    }
}
