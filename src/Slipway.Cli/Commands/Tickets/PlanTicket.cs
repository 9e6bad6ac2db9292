using System.CommandLine;
using Slipway.Resources;
using Slipway.Tickets;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket plan</c>: what publishing would do, for a ticket that exists or a file.</summary>
static class PlanTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var name = new Argument<string?>("NAME") { Description = "Name of a ticket", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--filename", "-f") { Description = "A ticket in YAML that need not exist yet; - reads standard input" };
        var command = cluster.AddTo(new Command("plan", "Show the groups, their order, what would block and how low availability would get") { name, file });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var (given, path) = (parsed.GetValue(name), parsed.GetValue(file));
            if (given is null == path is null) throw CommandException.Usage("give either the NAME of a ticket or -f FILE");
            using var open = cluster.Open(parsed, surroundings);
            var ticket = path is null
                ? await open.Api.GetAsync(Kinds.OpsTickets, open.Key(given!), TicketJson.Default.OpsTicket, cancellation)
                : CreateTicket.Complete(TicketFile.Read(path)[0], open.Namespace);
            return await CreateTicket.PlanAsync(surroundings, open, ticket, cancellation);
        }));
        return command;
    }
}
