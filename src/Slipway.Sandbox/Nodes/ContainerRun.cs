namespace Slipway.Sandbox.Nodes;

/// <summary>Where a container is in its life.</summary>
abstract record ContainerState
{
    ContainerState() { }

    /// <summary>Its image is pulled and it is started.</summary>
    public sealed record Creating(DateTimeOffset Until) : ContainerState;

    /// <summary>Shown as ErrImagePull until it is backed off, and as ImagePullBackOff then.</summary>
    public sealed record PullFailed(DateTimeOffset Since, int Attempts, bool IsBackedOff = false) : ContainerState;

    public sealed record Running(string Id, string Image, DateTimeOffset Since) : ContainerState;

    /// <summary>Still running, asked to stop so that it can be started anew.</summary>
    public sealed record Stopping(string Id, string Image, DateTimeOffset Since, DateTimeOffset Until) : ContainerState;

    /// <summary>Waits in CrashLoopBackOff.</summary>
    public sealed record BackingOff(DateTimeOffset Until) : ContainerState;

    /// <summary>Ended for good.</summary>
    public sealed record Exited : ContainerState;
}

/// <summary>How a run of a container ended.</summary>
sealed record Termination(string Id, string Image, int ExitCode, DateTimeOffset Started, DateTimeOffset Finished)
{
    public string Reason => ExitCode == 0 ? "Completed" : "Error";
}

/// <summary>One container of a pod on a make-believe node, and how it goes on. Pure but for the IDs it draws.</summary>
sealed record ContainerRun(ContainerState State)
{
    static readonly TimeSpan crashesAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan firstBackoff = TimeSpan.FromSeconds(10);
    static readonly TimeSpan longestBackoff = TimeSpan.FromMinutes(5);

    // The kubelet forgets crashes of a container that has run for so long.
    static readonly TimeSpan forgetsCrashesAfter = TimeSpan.FromMinutes(10);

    /// <summary>How long a failed pull is shown as ErrImagePull before it is ImagePullBackOff.</summary>
    static readonly TimeSpan showsPullError = TimeSpan.FromSeconds(1);

    public Termination? Last { get; init; }
    public int Restarts { get; init; }

    /// <summary>Someone asked for a restart that has not begun.</summary>
    public bool IsRestartWanted { get; init; }

    int Crashes { get; init; }

    /// <summary>The state after everything that is due by now has happened; <paramref name="passed"/> hears of every step, before and after.</summary>
    public ContainerRun Advance(ContainerOrders orders, Func<string> newId, Action<ContainerRun, ContainerRun>? passed = null)
    {
        var run = this;
        while (true)
        {
            var next = run.Next(orders, newId);
            if (next == run) return run;
            passed?.Invoke(run, next);
            run = next;
        }
    }

    ContainerRun Next(ContainerOrders orders, Func<string> newId) => State switch
    {
        ContainerState.Creating creating when orders.Now < creating.Until => this,
        ContainerState.Creating when !orders.CanPull => this with { State = new ContainerState.PullFailed(orders.Now, 1) },
        ContainerState.Creating => this with { State = new ContainerState.Running(newId(), orders.Image, orders.Now), Restarts = Restarts + (Last is null ? 0 : 1) },
        ContainerState.PullFailed when orders.CanPull => this with { State = new ContainerState.Creating(orders.Now + orders.Behaviour.Start) },
        ContainerState.PullFailed failed when orders.Now >= RetriesAt(failed) => this with { State = new ContainerState.PullFailed(orders.Now, failed.Attempts + 1) },
        ContainerState.PullFailed { IsBackedOff: false } failed when orders.Now >= failed.Since + showsPullError => this with { State = failed with { IsBackedOff = true } },
        ContainerState.Running running when IsRestartWanted || running.Image != orders.Image => Stop(running, orders),
        ContainerState.Running running when IsCrashDue(running, orders) => Crash(running, orders),
        ContainerState.Stopping stopping when orders.Now >= stopping.Until => this with
        {
            State = new ContainerState.Creating(orders.Now + orders.Behaviour.Start),
            Last = new(stopping.Id, stopping.Image, 0, stopping.Since, orders.Now),
        },
        ContainerState.BackingOff backingOff when orders.Now >= backingOff.Until || orders.Behaviour.Failing != Failing.CrashLoop => this with { State = new ContainerState.Creating(orders.Now) },
        _ => this,
    };

    /// <summary>When something happens by itself; null if nothing will.</summary>
    public DateTimeOffset? NextDue(ContainerOrders orders) => State switch
    {
        ContainerState.Creating creating => creating.Until,
        ContainerState.PullFailed failed => failed.IsBackedOff ? RetriesAt(failed) : failed.Since + showsPullError,
        ContainerState.Stopping stopping => NextReadinessChange(stopping.Since, orders) is { } change && change > orders.Now && change < stopping.Until ? change : stopping.Until,
        ContainerState.BackingOff backingOff => backingOff.Until,
        ContainerState.Running running when orders.Behaviour.Failing == Failing.CrashLoop => running.Since + crashesAfter,
        ContainerState.Running running => NextReadinessChange(running.Since, orders),
        _ => null,
    };

    /// <summary>A container that is asked to stop stays as ready as its probe finds it until it has stopped.</summary>
    public bool IsReady(ContainerOrders orders) => State switch
    {
        ContainerState.Running running => IsProbed(running.Since, orders),
        ContainerState.Stopping stopping => IsProbed(stopping.Since, orders),
        _ => false,
    };

    /// <summary>The word for a container that waits; null if it does not.</summary>
    public (string Reason, string Message)? Waiting(ContainerOrders orders, string pod) => State switch
    {
        ContainerState.Creating when Last is null => ("ContainerCreating", ""),
        ContainerState.PullFailed { IsBackedOff: false } => ("ErrImagePull", $"failed to pull and unpack image \"{orders.Image}\": not found"),
        ContainerState.PullFailed => ("ImagePullBackOff", $"Back-off pulling image \"{orders.Image}\": ErrImagePull: not found"),
        ContainerState.BackingOff => ("CrashLoopBackOff", $"back-off {Backoff(Crashes - 1).TotalSeconds}s restarting failed container={orders.Name} pod={pod}"),
        _ => null,
    };

    ContainerRun Stop(ContainerState.Running running, ContainerOrders orders) => this with
    {
        State = new ContainerState.Stopping(running.Id, running.Image, running.Since, orders.Now + orders.Stop),
        IsRestartWanted = false,
    };

    static bool IsProbed(DateTimeOffset since, ContainerOrders orders) =>
        orders.Behaviour.Failing is not (Failing.CrashLoop or Failing.NeverReady)
        && orders.Now >= since + orders.Behaviour.Ready
        && (orders.Behaviour.FlapAfter is not { } flapAfter || IntoFlap(since, orders, flapAfter) < flapAfter);

    static bool IsCrashDue(ContainerState.Running running, ContainerOrders orders) =>
        orders.Behaviour.Failing == Failing.CrashLoop && orders.Now >= running.Since + crashesAfter;

    // The first crash is followed by a restart at once, each further one by a longer wait.
    ContainerRun Crash(ContainerState.Running running, ContainerOrders orders)
    {
        var crashes = orders.Now - running.Since >= forgetsCrashesAfter ? 1 : Crashes + 1;
        return this with
        {
            Crashes = crashes,
            Last = new(running.Id, running.Image, 1, running.Since, orders.Now),
            State = orders.RestartPolicy == "Never" ? new ContainerState.Exited()
                : crashes == 1 ? new ContainerState.Creating(orders.Now)
                : new ContainerState.BackingOff(orders.Now + Backoff(crashes - 1)),
        };
    }

    static DateTimeOffset RetriesAt(ContainerState.PullFailed failed) => failed.Since + Backoff(failed.Attempts);

    static TimeSpan Backoff(int failures)
    {
        var doubled = firstBackoff * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        return doubled < longestBackoff ? doubled : longestBackoff;
    }

    static DateTimeOffset? NextReadinessChange(DateTimeOffset since, ContainerOrders orders)
    {
        var ready = since + orders.Behaviour.Ready;
        if (orders.Now < ready || orders.Behaviour.FlapAfter is not { } flapAfter) return ready;
        var into = IntoFlap(since, orders, flapAfter);
        return orders.Now + ((into < flapAfter ? flapAfter : flapAfter + Recovery(orders)) - into);
    }

    static TimeSpan IntoFlap(DateTimeOffset since, ContainerOrders orders, TimeSpan flapAfter)
    {
        var cycle = flapAfter + Recovery(orders);
        return TimeSpan.FromTicks((orders.Now - since - orders.Behaviour.Ready).Ticks % cycle.Ticks);
    }

    static TimeSpan Recovery(ContainerOrders orders) => orders.Behaviour.Ready > TimeSpan.Zero ? orders.Behaviour.Ready : TimeSpan.FromSeconds(1);
}
