using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;
using Slipway.Tickets;

namespace Slipway.Cli.Output;

/// <summary>A ticket and its groups as they are now.</summary>
sealed record TicketSight(OpsTicket Ticket, IReadOnlyList<OpsTicketGroup> Groups)
{
    public TicketPhase Phase => Ticket.Status?.Phase ?? TicketPhase.Initializing;

    /// <summary>The pods of one group with their results; none where it has no results yet.</summary>
    public IEnumerable<(FrozenPod Frozen, PodResult Result)> Pods(int group) =>
        Groups.Where(record => record.Spec.Number == group).SelectMany(record => record.Spec.Pods.Zip(record.Status?.Pods ?? []));

    /// <summary>The pods of a group that has not begun.</summary>
    public IEnumerable<(FrozenPod Frozen, PodResult Result)> Frozen(int group) =>
        Groups.Where(record => record.Spec.Number == group).SelectMany(record => record.Spec.Pods).Select(pod => (pod, new PodResult { Name = pod.Name, State = PodState.NotUpdated }));

    /// <summary>Two watches brought this: the ticket and its groups tell the same.</summary>
    public bool IsConsistent => (Ticket.Status?.Groups ?? []).All(group => Pods(group.Number).Count(pod => pod.Result.State == PodState.UpdateSuccessful) == group.Counts.Successful);
}

/// <summary>Follows one ticket by watches: each sight replaces the one before.</summary>
sealed class TicketFeed(KubernetesApi api, ObjectKey key, TimeProvider time)
{
    /// <summary>Sights until the ticket is gone, or nobody looks any more. With <paramref name="tick"/> there is one at least that often.</summary>
    public async IAsyncEnumerable<TicketSight> FollowAsync(TimeSpan? tick, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // An informer goes on trying whatever a server says; a person is told at once that it is not there, or has no such ticket.
        await api.GetAsync(Kinds.OpsTickets, key, CliJson.Default.JsonObject, cancellation);
        var tickets = new Informer<OpsTicket>(api, Kinds.OpsTickets, key.Namespace, static (ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, TicketJson.Default.OpsTicket)!, new(), time);
        var groups = new Informer<OpsTicketGroup>(api, Kinds.OpsTicketGroups, key.Namespace, static (ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, TicketJson.Default.OpsTicketGroup)!, new(), time);
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        tickets.Store.Changed += change => Tell(change.New ?? change.Old, news.Writer);
        groups.Store.Changed += change => Tell(change.New?.Spec.Ticket ?? change.Old?.Spec.Ticket, news.Writer);
        using var timer = tick is { } every ? time.CreateTimer(_ => news.Writer.TryWrite(true), null, every, every) : null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = Task.WhenAll(tickets.RunAsync(end.Token), groups.RunAsync(end.Token));
        try
        {
            await tickets.SyncedAsync(cancellation);
            await groups.SyncedAsync(cancellation);
            do
            {
                if (tickets.Store.Get(key) is not { } ticket) yield break;
                yield return new(ticket, [.. groups.Store.All().Where(group => group.Spec.Ticket == key.Name).OrderBy(group => group.Spec.Number).ThenBy(group => group.Spec.Part)]);
            }
            while (await news.Reader.WaitToReadAsync(cancellation) && news.Reader.TryRead(out _));
        }
        finally
        {
            await end.CancelAsync();
            await running;
        }
    }

    void Tell(OpsTicket? ticket, ChannelWriter<bool> news)
    {
        if (ticket?.Key == key) news.TryWrite(true);
    }

    void Tell(string? ticket, ChannelWriter<bool> news)
    {
        if (ticket == key.Name) news.TryWrite(true);
    }
}
