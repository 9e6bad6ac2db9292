using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Leadership;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Runtime.Leadership;

public sealed class LeaderElectorTests : IDisposable
{
    static readonly ObjectKey Lease = new("slipway-system", "slipway-controller");

    readonly VirtualTime _time = new(Fleet.Noon);
    readonly SimulationContext _context = new(0);
    readonly SynchronizationContext? _outside = SynchronizationContext.Current;
    readonly SandboxCluster _cluster;
    readonly List<Candidate> _candidates = [];

    public LeaderElectorTests()
    {
        SynchronizationContext.SetSynchronizationContext(_context);
        _cluster = new(new() { Context = _context }, _time);
    }

    public void Dispose()
    {
        foreach (var candidate in _candidates) candidate.Dispose();
        _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        SynchronizationContext.SetSynchronizationContext(_outside);
    }

    Candidate Start(string name, TimeProvider? time = null)
    {
        var candidate = new Candidate(name, _cluster.CreateHandler(), time ?? _time);
        _candidates.Add(candidate);
        return candidate;
    }

    void Run(double seconds)
    {
        var limit = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        do
        {
            while (_context.RunOne())
            {
                // One at a time.
            }
        }
        while (_time.RunNext(limit));
        _time.AdvanceTo(limit);
    }

    JsonElement Spec => _cluster.Objects.Get(Kinds.Leases, Lease)!.Json.GetProperty("spec");

    [Fact]
    public void The_first_to_come_leads_and_brings_the_namespace_of_its_lease_and_the_other_stands_by()
    {
        var (one, other) = (Start("one"), Start("other"));

        Run(60);

        Assert.Equal((true, false), (one.Leads, other.Leads));
        Assert.Equal((1, 0), (one.Terms, other.Terms));
        Assert.Equal(("one", 15, 0), (Spec.GetProperty("holderIdentity").GetString(), Spec.GetProperty("leaseDurationSeconds").GetInt32(), Spec.GetProperty("leaseTransitions").GetInt32()));
    }

    [Fact]
    public void After_a_crash_the_other_leads_when_the_lease_has_run_out_and_not_before()
    {
        var (one, other) = (Start("one"), Start("other"));
        Run(30);

        one.Crash();
        Run(14);
        var early = other.Leads;
        Run(5);

        Assert.Equal((false, true), (early, other.Leads));
        Assert.Equal(("other", 1), (Spec.GetProperty("holderIdentity").GetString(), Spec.GetProperty("leaseTransitions").GetInt32()));
    }

    [Fact]
    public void A_leader_that_is_told_to_stop_gives_the_lease_back_and_the_other_follows_at_once()
    {
        var (one, other) = (Start("one"), Start("other"));
        Run(30);

        one.Stop();
        Run(3);

        Assert.Equal((false, true), (one.Leads, other.Leads));
    }

    [Fact]
    public void Refused_calls_are_survived_up_to_the_renew_deadline()
    {
        var one = Start("one");
        Run(30);

        one.Wire = Wire.Refuses;
        Run(7);
        one.Wire = Wire.Works;
        Run(30);

        Assert.Equal((true, 1), (one.Leads, one.Terms));
    }

    [Theory]
    [InlineData(Wire.Refuses)]
    [InlineData(Wire.Silent)]
    [InlineData(Wire.LosesAnswers)]
    public void A_leader_that_cannot_renew_stops_before_another_may_start(Wire wire)
    {
        var (one, other) = (Start("one"), Start("other"));
        Run(30);
        one.Wire = wire;
        var (both, stopped) = (false, 0);

        for (var tenths = 0; tenths < 600; tenths++)
        {
            Run(0.1);
            both |= one.Leads && other.Leads;
            if (one.Leads) stopped = tenths;
        }

        Assert.False(both);
        Assert.InRange(stopped, 70, 101);
        // What is applied and never answered renews the lease all the same: nobody leads then, which is safe.
        Assert.Equal(wire != Wire.LosesAnswers, other.Leads);
    }

    [Fact]
    public void A_lease_that_another_holds_ends_the_term_at_once()
    {
        var one = Start("one");
        Run(30);

        var taken = _cluster.Objects.Get(Kinds.Leases, Lease)!.Edit();
        taken["spec"]!["holderIdentity"] = "somebody else";
        _cluster.Objects.Update(Kinds.Leases, taken);
        Run(2.1);

        Assert.False(one.Leads);
        Assert.Equal("somebody else", Spec.GetProperty("holderIdentity").GetString());
    }

    [Fact]
    public void Clocks_that_are_set_forward_or_back_by_hours_change_nothing()
    {
        var (ahead, behind) = (new SetClock(_time), new SetClock(_time));
        var (one, other) = (Start("one", ahead), Start("other", behind));
        Run(30);

        ahead.Offset = TimeSpan.FromHours(-5);
        behind.Offset = TimeSpan.FromHours(7);
        Run(120);

        Assert.Equal((true, false, 1, 0), (one.Leads, other.Leads, one.Terms, other.Terms));
    }

    [Fact]
    public void Never_do_two_lead_at_once_whatever_the_wires_do()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var world = new LeaderElectorTests();
            var chance = new Random(seed);
            Candidate[] all = [world.Start("a"), world.Start("b"), world.Start("c")];
            var led = 0;

            for (var step = 0; step < 600; step++)
            {
                if (chance.Next(10) == 0) all[chance.Next(3)].Wire = (Wire)chance.Next(4);
                world.Run(0.5);
                Assert.True(all.Count(candidate => candidate.Leads) <= 1, $"seed {seed}, step {step}: {string.Join(" and ", all.Where(candidate => candidate.Leads).Select(candidate => candidate.Name))} lead");
                led += all.Count(candidate => candidate.Leads);
            }

            Assert.True(led > 100, $"seed {seed}: there was a leader in {led} of 600 steps only");
        }
    }

    public enum Wire { Works, Refuses, Silent, LosesAnswers }

    /// <summary>One process that wants to lead, with a wire of its own.</summary>
    sealed class Candidate : DelegatingHandler
    {
        readonly CancellationTokenSource _end = new();

        public Candidate(string name, HttpMessageHandler server, TimeProvider time)
            : base(server)
        {
            Name = name;
            var api = new KubernetesApi(new HttpMessageInvoker(this), new("http://sandbox"));
            _ = new LeaderElector(api, Lease, name, new(), time, NullLogger.Instance).RunAsync(LeadAsync, _end.Token);
        }

        public string Name { get; }

        public bool Leads { get; private set; }

        public int Terms { get; private set; }

        public Wire Wire { get; set; }

        public void Stop() => _end.Cancel();

        /// <summary>Nothing of it runs any more; what it was goes on being said by nobody.</summary>
        public void Crash()
        {
            Wire = Wire.Silent;
            Leads = false;
        }

        async Task LeadAsync(CancellationToken cancellation)
        {
            (Leads, Terms) = (true, Terms + 1);
            var over = new TaskCompletionSource();
            using var registration = cancellation.Register(over.SetResult);
            await over.Task;
            Leads = false;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            switch (Wire)
            {
                case Wire.Refuses:
                    throw new HttpRequestException("refused");
                case Wire.Silent:
                    return await Silence(cancellationToken);
                case Wire.LosesAnswers when request.Method != HttpMethod.Get:
                    (await base.SendAsync(request, cancellationToken)).Dispose();
                    return await Silence(cancellationToken);
                default:
                    return await base.SendAsync(request, cancellationToken);
            }
        }

        static Task<HttpResponseMessage> Silence(CancellationToken cancellation)
        {
            var never = new TaskCompletionSource<HttpResponseMessage>();
            cancellation.Register(() => never.TrySetCanceled(cancellation));
            return never.Task;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _end.Cancel();
                _end.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>A wall clock that somebody sets, over a monotonic one that nobody can.</summary>
    sealed class SetClock(VirtualTime inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
