using Microsoft.AspNetCore.Components;
using Slipway.Operator;
using Slipway.Web.Identity;
using Slipway.Web.Language;
using Slipway.Web.Live;

namespace Slipway.Web.Components.Layout;

/// <summary>A page that shows the cluster as it is now: it looks again when something it shows has changed, and is drawn from what it saw.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    /// <summary>Permissions are asked for again this often even when nothing changes.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    IDisposable? _following;
    ITimer? _timer;

    [Inject]
    public required LiveCluster Cluster { get; set; }

    [Inject]
    public required Pulse Pulse { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [CascadingParameter]
    public required Session Me { get; set; }

    [CascadingParameter]
    public required Words W { get; set; }

    /// <summary>What is shown may be old: nothing may be done on it.</summary>
    protected bool IsStale => Cluster.Trouble is not null;

    /// <summary>The cluster's now: seconds of readiness are counted on its clock.</summary>
    protected DateTimeOffset Now => Cluster.Time.GetUtcNow();

    /// <summary>When the page changes by itself, as counters of seconds do.</summary>
    protected virtual TimeSpan RedrawAfter => Longest;

    protected abstract bool Concerns(LiveChange change);

    /// <summary>Takes from the cluster what the page shows.</summary>
    protected abstract Task LookAsync();

    protected override async Task OnParametersSetAsync()
    {
        await LookAsync();
        if (!RendererInfo.IsInteractive) return;
        _following ??= Pulse.Follow(Concerns, DrawAsync);
        _timer ??= Time.CreateTimer(_ => _ = DrawAsync(), null, RedrawAfter, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _following?.Dispose();
        _timer?.Dispose();
    }

    protected Task DrawAsync() => InvokeAsync(async () =>
    {
        await LookAsync();
        StateHasChanged();
        var next = RedrawAfter;
        _timer?.Change(next < Longest ? next : Longest, Timeout.InfiniteTimeSpan);
    });
}
