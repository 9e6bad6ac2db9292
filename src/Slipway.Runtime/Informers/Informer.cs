using System.Text.Json;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Runtime.Informers;

/// <summary>Reads one object into a small record. On entry the reader is on the object's StartObject; on return on its EndObject.</summary>
public delegate T Projection<T>(ref Utf8JsonReader reader);

/// <summary>Keeps a store equal to a collection: paged list, watch with bookmarks, resume, relist on 410, jittered back-off, a watchdog for silent stalls.</summary>
public sealed class Informer<T>(KubernetesApi api, ResourceType type, string? ns, Projection<T> projection, InformerOptions options, TimeProvider time)
    where T : class, IProjected
{
    public Store<T> Store { get; } = new();

    public ResourceType Type => type;

    /// <summary>Runs until cancelled; never ends by itself and never throws for what a server did.</summary>
    public Task RunAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Ends when the first list is in the store.</summary>
    public Task SyncedAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>One list and no watch: for a command that looks once. Server errors are thrown.</summary>
    public Task LoadAsync(CancellationToken cancellation) => throw new NotImplementedException();
}

/// <summary>How an informer reads. A missing kind (its CRD is not installed) is an empty store, asked for again every <see cref="MissingKindRetry"/>.</summary>
public sealed record InformerOptions
{
    public int PageSize { get; init; } = 500;
    public bool KindMayBeMissing { get; init; }
    public TimeSpan MissingKindRetry { get; init; } = TimeSpan.FromSeconds(60);
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(90);
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Chance for jitter, seeded by the host.</summary>
    public Random Chance { get; init; } = new(0);
}
