using Slipway.Runtime.Queues;
using Slipway.Sandbox.Clocks;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Runtime.Queues;

public sealed class WorkQueueTests
{
    readonly VirtualTime _time = new(Fleet.Noon);
    readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new(_time);

    string Take() => Taken(_queue.TakeAsync(CancellationToken.None));

    static TKey Taken<TKey>(Task<TKey> task)
    {
        Assert.True(task.IsCompletedSuccessfully, "nothing is ready");
        return task.Result;
    }

    [Fact]
    public void A_key_that_is_added_many_times_is_taken_once()
    {
        _queue.Add("a");
        _queue.Add("b");
        _queue.Add("a");

        Assert.Equal(("a", "b", 0), (Take(), Take(), _queue.Count));
    }

    [Fact]
    public void A_key_in_hand_is_given_to_no_other_worker_and_once_more_when_it_is_put_down()
    {
        _queue.Add("a");
        Take();

        _queue.Add("a");
        _queue.Add("a");
        var second = _queue.TakeAsync(CancellationToken.None);

        Assert.False(second.IsCompleted);

        _queue.Done("a");

        Assert.Equal("a", Taken(second));
        _queue.Done("a");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_worker_that_waits_is_given_the_key_at_once_and_one_that_left_is_passed_over()
    {
        using var leaves = new CancellationTokenSource();
        var left = _queue.TakeAsync(leaves.Token);
        var stays = _queue.TakeAsync(CancellationToken.None);
        leaves.Cancel();

        _queue.Add("a");

        Assert.True(left.IsCanceled);
        Assert.Equal("a", Taken(stays));
    }

    [Fact]
    public void Of_several_delays_of_a_key_the_earliest_holds()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(3));
        _queue.AddAfter("a", TimeSpan.FromSeconds(20));

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(0, _queue.Count);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("a", Take());
        _queue.Done("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Failures_are_tried_again_ever_later_up_to_a_thousand_seconds_and_success_forgets_them()
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var before = _time.GetUtcNow();
            _queue.AddBackoff("a");
            _time.RunNext();
            waits.Add(_time.GetUtcNow() - before);
            Take();
            _queue.Done("a");
        }

        Assert.Equal([5, 10, 20, 40], waits.Take(4).Select(wait => (int)wait.TotalMilliseconds));
        Assert.Equal(TimeSpan.FromSeconds(1000), waits[^1]);

        _queue.Forget("a");
        var start = _time.GetUtcNow();
        _queue.AddBackoff("a");
        _time.RunNext();

        Assert.Equal(TimeSpan.FromMilliseconds(5), _time.GetUtcNow() - start);
    }

    [Fact]
    public void No_key_is_lost_and_none_is_in_two_hands_whatever_the_order()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var chance = new Random(seed);
            var time = new VirtualTime(Fleet.Noon);
            var queue = new WorkQueue<int>(time);
            var (held, waiting, owed) = (new HashSet<int>(), new List<Task<int>>(), new HashSet<int>());
            for (var step = 0; step < 100; step++)
            {
                var key = chance.Next(4);
                switch (chance.Next(6))
                {
                    case 0: queue.Add(key); owed.Add(key); break;
                    case 1: queue.AddAfter(key, TimeSpan.FromSeconds(chance.Next(5))); owed.Add(key); break;
                    case 2: queue.AddBackoff(key); owed.Add(key); break;
                    case 3: waiting.Add(queue.TakeAsync(CancellationToken.None)); break;
                    case 4: time.Advance(TimeSpan.FromSeconds(chance.Next(3))); break;
                    case 5 when held.Count > 0: var done = held.First(); held.Remove(done); queue.Done(done); break;
                }

                foreach (var taken in waiting.Where(task => task.IsCompleted).ToList())
                {
                    waiting.Remove(taken);
                    owed.Remove(Taken(taken));
                    Assert.True(held.Add(Taken(taken)), $"seed {seed}: key {Taken(taken)} is in two hands");
                }
            }

            time.Advance(TimeSpan.FromHours(1));
            for (var i = 0; i < 20; i++)
            {
                foreach (var taken in waiting.Where(task => task.IsCompleted).ToList())
                {
                    waiting.Remove(taken);
                    owed.Remove(Taken(taken));
                    held.Add(Taken(taken));
                }

                foreach (var key in held.ToList()) queue.Done(key);
                held.Clear();
                waiting.Add(queue.TakeAsync(CancellationToken.None));
            }

            Assert.True(owed.Count == 0, $"seed {seed}: lost {string.Join(", ", owed)}");
        }
    }
}
