using System.CommandLine;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway version</c>.</summary>
static class VersionCommand
{
    public static string Version { get; } = typeof(VersionCommand).Assembly.GetName().Version!.ToString(3);

    public static Command Verb(Surroundings surroundings)
    {
        var command = new Command("version", "Print the version");
        command.SetAction(_ => surroundings.Out.WriteLine($"slipway {Version}"));
        return command;
    }
}
