namespace Slipway.Cli.Commands;

/// <summary>Ctrl-C, or a polite kill: the proper end of what runs until then.</summary>
static class Interruption
{
    public static async Task WaitAsync(CancellationToken cancellation)
    {
        var asked = new TaskCompletionSource();
        using var registration = cancellation.Register(asked.SetResult);
        await asked.Task;
    }
}
