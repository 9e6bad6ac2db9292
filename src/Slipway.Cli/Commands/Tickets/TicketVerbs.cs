using System.CommandLine;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>slipway ticket …</c>: a file a verb, and the verbs that append a command in one.</summary>
static class TicketVerbs
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("ticket", "Create, look at and operate O&M tickets")
        {
            CreateTicket.Verb(surroundings),
            ListTickets.Verb(surroundings),
            GetTicket.Verb(surroundings),
            WatchTicket.Verb(surroundings),
            PlanTicket.Verb(surroundings),
            RehearseTicket.Verb(surroundings),
            WhyTicket.Verb(surroundings),
            WaitForTicket.Verb(surroundings),
        };
        foreach (var verb in OperateTicket.Verbs(surroundings)) command.Subcommands.Add(verb);
        return command;
    }

    public static Argument<string> Name() => new("NAME") { Description = "Name of the ticket" };
}
