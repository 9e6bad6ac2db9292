using Slipway.Runtime.Informers;
using Slipway.Tickets;
using Xunit;

namespace Slipway.Tests.Runtime.Informers;

/// <summary>A store that repeats another one.</summary>
public sealed class StoreEchoTests
{
    readonly Store<OpsTicket> _source = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_there_is_heard_of_as_new_and_every_change_follows()
    {
        using var end = new CancellationTokenSource();
        _source.Put(Ticket("a", "uid-a", "1"));
        _source.Put(Ticket("b", "uid-b", "2"));
        var echo = new StoreEcho<OpsTicket>(_source, _ => Task.CompletedTask);
        var heard = new List<string>();
        echo.Store.Changed += change => heard.Add($"{change.Old?.Metadata.Uid} → {change.New?.Metadata.Uid}");

        var running = echo.RunAsync(end.Token);
        await echo.SyncedAsync(Cancellation);
        _source.Put(Ticket("a", "uid-c", "3"));
        _source.Remove(new("shop", "b"));
        while (echo.Store.Count > 1) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        await end.CancelAsync();
        await running;
        _source.Put(Ticket("d", "uid-d", "4"));

        Assert.Equal([" → uid-a", " → uid-b", "uid-a → ", " → uid-c", "uid-b → "], heard);
        Assert.Equal("uid-c", Assert.Single(echo.Store.All()).Metadata.Uid);
    }

    [Fact]
    public async Task It_is_whole_only_once_its_source_is()
    {
        using var end = new CancellationTokenSource();
        var whole = new TaskCompletionSource();
        var echo = new StoreEcho<OpsTicket>(_source, cancellation => whole.Task.WaitAsync(cancellation));

        var running = echo.RunAsync(end.Token);
        var synced = echo.SyncedAsync(Cancellation);
        _source.Put(Ticket("a", "uid-a", "1"));
        Assert.False(synced.IsCompleted);
        whole.SetResult();
        await synced;

        Assert.Equal(1, echo.Store.Count);
        await end.CancelAsync();
        await running;
    }

    static OpsTicket Ticket(string name, string uid, string version) => new()
    {
        Metadata = new() { Namespace = "shop", Name = name, Uid = uid, ResourceVersion = version },
        Spec = new() { Title = name, Operation = Operation.Restart, Targets = [] },
    };
}
