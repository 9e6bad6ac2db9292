using System.Net;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Runtime.Informers;

/// <summary>Reads one object into a small record. On entry the reader is on the object's StartObject; on return on its EndObject.</summary>
public delegate T Projection<T>(ref Utf8JsonReader reader);

/// <summary>How an informer reads. A missing kind (its CRD is not installed) is an empty store, asked for again every <see cref="MissingKindRetry"/>.</summary>
public sealed record InformerOptions
{
    public int PageSize { get; init; } = 500;
    public bool KindMayBeMissing { get; init; }
    public TimeSpan MissingKindRetry { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the server is asked to keep a watch open.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A watch on which nothing came for this long, not even a bookmark, is taken for dead (API servers send one a minute).</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(90);

    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Chance for jitter, seeded by the host.</summary>
    public Random Chance { get; init; } = new(0);
}

/// <summary>Keeps a store equal to a collection: paged list, watch with bookmarks, resume, relist on 410, jittered back-off, a watchdog for silent stalls.</summary>
public sealed class Informer<T>(KubernetesApi api, ResourceType type, string? ns, Projection<T> projection, InformerOptions options, TimeProvider time)
    where T : class, IProjected
{
    readonly TaskCompletionSource _synced = new();
    int _failures;

    public Store<T> Store { get; } = new();

    public ResourceType Type => type;

    /// <summary>Why the store may be out of date, in one sentence; null while the server answers.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Called when <see cref="Trouble"/> changed.</summary>
    public event Action? TroubleChanged;

    /// <summary>Runs until cancelled; never ends by itself and never throws for what a server did.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        string? resume = null;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                resume ??= await ListAsync(cancellation);
                Note(null);
                _synced.TrySetResult();
                resume = await WatchAsync(resume, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (GoneException)
            {
                resume = null;
                await Pause(Backoff(), cancellation);
            }
            catch (NotFoundException) when (options.KindMayBeMissing)
            {
                Clear();
                Note(null);
                _synced.TrySetResult();
                resume = null;
                await Pause(options.MissingKindRetry, cancellation);
            }
            catch (TooManyRequestsException busy)
            {
                await Pause(busy.RetryAfter ?? Backoff(), cancellation);
            }
            catch (ApiException failure)
            {
                Note(failure.Message);
                await Pause(Backoff(), cancellation);
            }
        }

        _synced.TrySetCanceled(cancellation);
    }

    /// <summary>Ends when the first list is in the store.</summary>
    public Task SyncedAsync(CancellationToken cancellation) => _synced.Task.IsCompleted ? _synced.Task : WaitAsync(_synced.Task, cancellation);

    /// <summary>One list and no watch: for a command that looks once. Server errors are thrown.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        try
        {
            await ListAsync(cancellation);
        }
        catch (NotFoundException) when (options.KindMayBeMissing)
        {
            Clear();
        }

        _synced.TrySetResult();
    }

    /// <summary>Lists page by page into the store, removes what is no longer there, and returns the version to watch from.</summary>
    async Task<string> ListAsync(CancellationToken cancellation)
    {
        var gone = Store.Keys().ToHashSet();
        string? next = null;
        while (true)
        {
            var query = $"?limit={options.PageSize}{(next is null ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            using var request = new HttpRequestMessage(HttpMethod.Get, api.At(type.CollectionPath(ns) + query));
            using var response = await api.SendAsync(request, "list", type.Plural, cancellation);
            var body = await Bodies.ReadAsync(response, cancellation);
            var page = ReadPage(body.Span, gone);
            if (page.Continue is { Length: > 0 } token)
            {
                next = token;
                continue;
            }

            foreach (var key in gone) Store.Remove(key);
            return page.ResourceVersion ?? "0";
        }
    }

    (string? ResourceVersion, string? Continue) ReadPage(ReadOnlySpan<byte> body, HashSet<ObjectKey> gone)
    {
        var reader = new Utf8JsonReader(body);
        string? version = null, next = null;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("metadata"u8)) (version, next) = ReadListMetadata(ref reader);
                else if (reader.ValueTextEquals("items"u8)) ReadItems(ref reader, gone);
                else Pass(ref reader);
            }
        }
        catch (JsonException broken)
        {
            throw new UnreachableServerException($"the list of {type} cannot be read: {broken.Message}", broken);
        }

        return (version, next);
    }

    void ReadItems(ref Utf8JsonReader reader, HashSet<ObjectKey> gone)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var record = projection(ref reader);
            gone.Remove(record.Key);
            Store.Put(record);
        }
    }

    static (string? ResourceVersion, string? Continue) ReadListMetadata(ref Utf8JsonReader reader)
    {
        string? version = null, next = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("resourceVersion"u8)) version = Text(ref reader);
            else if (reader.ValueTextEquals("continue"u8)) next = Text(ref reader);
            else Pass(ref reader);
        }

        return (version, next);
    }

    /// <summary>Follows one watch to its end and returns the version to resume from.</summary>
    async Task<string> WatchAsync(string from, CancellationToken cancellation)
    {
        var jittered = options.WatchTimeout * (0.5 + (options.Chance.NextDouble() / 2));
        var query = $"?watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(from)}&timeoutSeconds={(int)jittered.TotalSeconds}";
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watchdog = time.CreateTimer(_ => stall.Cancel(), null, options.StallTimeout, Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(HttpMethod.Get, api.At(type.CollectionPath(ns) + query));
        var resume = from;
        try
        {
            using var response = await api.SendAsync(request, "watch", type.Plural, stall.Token);
            Note(null);
            var lines = new LineReader(await response.Content.ReadAsStreamAsync(stall.Token));
            while (await lines.NextAsync(stall.Token))
            {
                watchdog.Change(options.StallTimeout, Timeout.InfiniteTimeSpan);
                resume = Take(lines.Line) ?? resume;
                _failures = 0;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A silent stall: nothing for so long that the server is not there any more. Watch again from where we are.
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException { StatusCode: null })
        {
            // A watch may be cut at any time, also before its first event; that is its normal end.
            await Pause(Backoff(), cancellation);
        }

        return resume;
    }

    /// <summary>Takes one event into the store; returns its resource version.</summary>
    string? Take(ReadOnlySpan<byte> line)
    {
        try
        {
            return WatchEvent.Parse(line) switch
            {
                { Kind: WatchEventKind.Error } failure => throw StatusErrors.Of(failure.Code(line), StatusErrors.Parse(failure.Object(line)), null),
                { Kind: WatchEventKind.Bookmark } bookmark => bookmark.ResourceVersion(line),
                { Kind: WatchEventKind.Deleted } deleted => Drop(deleted.Object(line)),
                { Kind: WatchEventKind.Put } put => Keep(put.Object(line)),
                _ => null,
            };
        }
        catch (JsonException broken)
        {
            // Without this event the store may lack a change: list again.
            throw new GoneException(nameof(HttpStatusCode.Gone), $"an event of {type} cannot be read: {broken.Message}");
        }
    }

    string Keep(ReadOnlySpan<byte> json)
    {
        var record = Project(json);
        Store.Put(record);
        return record.ResourceVersion;
    }

    string Drop(ReadOnlySpan<byte> json)
    {
        var record = Project(json);
        if (Store.Get(record.Key)?.Uid == record.Uid) Store.Remove(record.Key);
        return record.ResourceVersion;
    }

    T Project(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return projection(ref reader);
    }

    void Clear()
    {
        foreach (var key in Store.Keys()) Store.Remove(key);
    }

    void Note(string? trouble)
    {
        if (Trouble == trouble) return;
        Trouble = trouble;
        TroubleChanged?.Invoke();
    }

    TimeSpan Backoff()
    {
        var longest = options.FirstBackoff * Math.Pow(2, Math.Min(_failures++, 20));
        return (longest < options.LongestBackoff ? longest : options.LongestBackoff) * (0.5 + (options.Chance.NextDouble() / 2));
    }

    async Task Pause(TimeSpan delay, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(delay, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    static async Task WaitAsync(Task task, CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource();
        using var registration = cancellation.Register(() => cancelled.TrySetCanceled(cancellation));
        await await Task.WhenAny(task, cancelled.Task);
    }

    static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
