namespace Slipway.Cli.Commands;

/// <summary>What a run of the command line ends with.</summary>
static class ExitCode
{
    public const int Done = 0;
    public const int Error = 1;
    public const int WrongUsage = 2;
    public const int TicketFailed = 3;
    public const int TimedOut = 4;
    public const int Refused = 5;
}

/// <summary>Ends a command with a sentence and an exit code.</summary>
sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Usage(string message) => new(Commands.ExitCode.WrongUsage, message);

    public static CommandException Refused(string message) => new(Commands.ExitCode.Refused, message);
}
