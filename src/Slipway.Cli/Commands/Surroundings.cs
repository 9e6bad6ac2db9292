using Slipway.Runtime.Api;
using Spectre.Console;

namespace Slipway.Cli.Commands;

/// <summary>Where a command runs: data goes to <see cref="Out"/>, talk to <see cref="Talk"/>.</summary>
sealed record Surroundings
{
    public required TextWriter Out { get; init; }
    public required TextWriter Talk { get; init; }

    /// <summary>The terminal that live views are painted on; null where there is none.</summary>
    public IAnsiConsole? Terminal { get; init; }

    /// <summary>Where a person answers; null where nobody is asked.</summary>
    public TextReader? In { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public Func<string?, string?, Connection> Connect { get; init; } = Connection.Open;

    public static Surroundings Real() => new()
    {
        Out = Console.Out,
        Talk = Console.Error,
        In = Console.IsInputRedirected || Console.IsOutputRedirected ? null : Console.In,
        Terminal = Console.IsOutputRedirected ? null : AnsiConsole.Console,
    };

    /// <summary>Runs a command; whatever it fails with becomes one sentence and an exit code.</summary>
    public async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (CommandException ended)
        {
            return Say(ended.ExitCode, ended.Message);
        }
        catch (ConnectionException unreadable)
        {
            return Say(ExitCode.Error, unreadable.Message);
        }
        catch (ApiException refusal) when (refusal is ForbiddenException or InvalidException)
        {
            return Say(ExitCode.Refused, refusal.Message);
        }
        catch (ApiException failure)
        {
            return Say(ExitCode.Error, failure.Message);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Say(ExitCode.Error, unwritable.Message);
        }
        catch (OperationCanceledException)
        {
            return Say(ExitCode.Error, "interrupted");
        }
    }

    int Say(int code, string sentence)
    {
        Talk.WriteLine($"slipway: {sentence}");
        return code;
    }
}
