using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Runtime.Controllers;

public sealed class ControllerTests : IDisposable
{
    static readonly ObjectKey A = new("shop", "a");

    readonly ScriptedServer _world = new();
    readonly WorkQueue<ObjectKey> _queue;
    readonly CancellationTokenSource _end = new();
    readonly List<TimeSpan> _looks = [];
    Task _running = Task.CompletedTask;

    public ControllerTests() => _queue = new(_world.Time);

    public void Dispose()
    {
        _end.Cancel();
        _world.Run(TimeSpan.FromMinutes(1));
        Assert.True(_running.IsCompletedSuccessfully);
        _end.Dispose();
        _world.Dispose();
    }

    void Start(Func<int, Task<Requeue>> look, int workers = 2)
    {
        var controller = new Controller("test", _queue, (_, _) =>
        {
            _looks.Add(_world.Time.GetUtcNow() - Fleet.Noon);
            return look(_looks.Count);
        }, workers, NullLogger.Instance);
        _world.Start(() => _running = controller.RunAsync(_end.Token));
    }

    [Fact]
    public void A_key_whose_look_failed_is_looked_at_again_ever_later_until_it_succeeds()
    {
        Start(look => look < 4 ? throw new InvalidOperationException("no") : Task.FromResult(Requeue.OnChange));

        _queue.Add(A);
        _world.Run(TimeSpan.FromMinutes(1));

        Assert.Equal([0, 5, 15, 35], _looks.Select(look => (int)look.TotalMilliseconds));
    }

    [Fact]
    public void A_server_that_names_a_pause_is_not_asked_earlier()
    {
        Start(look => look == 1 ? throw new TooManyRequestsException("TooManyRequests", "later", TimeSpan.FromSeconds(9), disruptionBudget: false) : Task.FromResult(Requeue.OnChange));

        _queue.Add(A);
        _world.Run(TimeSpan.FromMinutes(1));

        Assert.Equal([0, 9], _looks.Select(look => (int)look.TotalSeconds));
    }

    [Fact]
    public void A_look_that_wants_another_gets_it_after_its_delay()
    {
        Start(look => Task.FromResult(look < 3 ? Requeue.After(TimeSpan.FromSeconds(2)) : Requeue.OnChange));

        _queue.Add(A);
        _world.Run(TimeSpan.FromMinutes(1));

        Assert.Equal([0, 2, 4], _looks.Select(look => (int)look.TotalSeconds));
    }

    [Fact]
    public void News_during_a_look_lead_to_one_more_look_after_it_and_to_none_beside_it()
    {
        var first = new TaskCompletionSource<Requeue>();
        Start(look => look == 1 ? first.Task : Task.FromResult(Requeue.OnChange));

        _queue.Add(A);
        _world.RunReady();
        _queue.Add(A);
        _queue.Add(A);
        _world.Run(TimeSpan.FromSeconds(5));

        Assert.Single(_looks);

        first.SetResult(Requeue.OnChange);
        _world.Run(TimeSpan.FromSeconds(5));

        Assert.Equal(2, _looks.Count);
    }

    [Fact]
    public void Work_in_hand_is_finished_before_it_ends()
    {
        var first = new TaskCompletionSource<Requeue>();
        Start(_ => first.Task);
        _queue.Add(A);
        _world.RunReady();

        _end.Cancel();
        _world.RunReady();
        var ended = _running.IsCompleted;
        first.SetResult(Requeue.OnChange);
        _world.RunReady();

        Assert.Equal((false, true), (ended, _running.IsCompletedSuccessfully));
    }
}
