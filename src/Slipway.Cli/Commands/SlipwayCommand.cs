using System.CommandLine;
using System.CommandLine.Invocation;
using Slipway.Cli.Commands.Tickets;

namespace Slipway.Cli.Commands;

/// <summary>The whole command line.</summary>
static class SlipwayCommand
{
    const string About = """
        Slipway runs O&M tickets on Kubernetes: restart or replace chosen pods of application services, group by group,
        within a budget, with the state and the reason of every pod visible, and a record of who did what.

        Begin with:   slipway demo
        Or with:      slipway sandbox --kubeconfig-out kc     and in another terminal     export KUBECONFIG=kc
        Exit codes:   0 done, 1 error, 2 wrong usage, 3 ticket failed, 4 timed out, 5 refused by a rule or permission
        """;

    /// <summary>Runs one command line and returns its exit code; one that cannot be understood is one sentence and <see cref="ExitCode.WrongUsage"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        var root = Create(surroundings);
        if (arguments.Count == 0) arguments = ["--help"];
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var line in UsageErrors.Lines(parsed)) await surroundings.Talk.WriteLineAsync(line);
            return ExitCode.WrongUsage;
        }

        return await parsed.InvokeAsync();
    }

    public static RootCommand Create(Surroundings surroundings)
    {
        var root = new RootCommand(About)
        {
            DemoCommand.Verb(surroundings),
            SandboxCommand.Verb(surroundings),
            ControllerCommand.Verb(surroundings),
            ConsoleCommand.Verb(surroundings),
            InstallCommand.Verb(surroundings),
            DoctorCommand.Verb(surroundings),
            TicketVerbs.Create(surroundings),
            TrafficCommand.Verb(surroundings),
            CompletionCommand.Verb(surroundings),
            VersionCommand.Verb(surroundings),
        };
        return root;
    }
}
