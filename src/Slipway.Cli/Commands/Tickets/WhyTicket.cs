using System.CommandLine;

namespace Slipway.Cli.Commands.Tickets;

/// <summary><c>ticket why</c>: the reason a ticket stands where it stands, as a story.</summary>
static class WhyTicket
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var name = TicketVerbs.Name();
        var command = cluster.AddTo(new Command("why", "Say why a ticket or its pods are not moving") { name });
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            using var open = cluster.Open(parsed, surroundings);
            var seen = await open.Views(surroundings).LookAsync(open.Key(parsed.GetValue(name)!), cancellation);
            foreach (var sentence in seen.Story.Sentences) await surroundings.Out.WriteLineAsync(sentence);
            return ExitCode.Done;
        }));
        return command;
    }
}
