using System.Net;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Runtime.Informers;

/// <summary>Keeps a store equal to a collection: paged list, watch with bookmarks, resume, relist on 410, jittered back-off, a watchdog for silent stalls.</summary>
public sealed class Informer<T>(KubernetesApi api, ResourceType type, string? ns, Projection<T> projection, InformerOptions options, TimeProvider time)
    where T : class, IProjected
{
    static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);

    readonly TaskCompletionSource _synced = new();
    readonly Pauses _pauses = new(time);
    readonly MissingKind _missing = new(type, options.Definitions, options.MissingKindRetry, new(time));

    /// <summary>The version up to which the store is right; null when it must be listed.</summary>
    string? _resume;
    int _failures;
    string? _told;

    public Store<T> Store { get; } = new();

    public ResourceType Type => type;

    /// <summary>Why the store may be out of date, in one sentence; null while the server answers.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Called when <see cref="Trouble"/> changed.</summary>
    public event Action? TroubleChanged;

    /// <summary>Runs until cancelled; never ends by itself and never throws for what a server did.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                _resume ??= await ListAsync(cancellation);
                Note(null);
                _synced.TrySetResult();
                await WatchAsync(_resume, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (GoneException)
            {
                _resume = null;
                await _pauses.ForAsync(Backoff(), cancellation);
            }
            catch (NotFoundException) when (options.KindMayBeMissing)
            {
                Clear();
                Note(null);
                _synced.TrySetResult();
                _resume = null;
                await _missing.WaitAsync(cancellation);
            }
            catch (TooManyRequestsException busy)
            {
                await _pauses.ForAsync(busy.RetryAfter ?? Backoff(), cancellation);
            }
            catch (ApiException failure)
            {
                Note(failure.Message);
                Tell(failure.Message);
                await _pauses.ForAsync(Backoff(), cancellation);
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
            var page = Read(await PageAsync(query, cancellation));
            foreach (var record in page.Records)
            {
                gone.Remove(record.Key);
                Store.Put(record);
            }

            foreach (var key in page.Unreadable) gone.Remove(key);
            if (page.Continue is { Length: > 0 } token)
            {
                next = token;
                continue;
            }

            foreach (var key in gone) Store.Remove(key);
            return page.ResourceVersion ?? "0";
        }
    }

    ListPage<T> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return ListPage<T>.Read(body.Span, projection, Unreadable);
        }
        catch (JsonException broken)
        {
            throw new UnreachableServerException($"the list of {type} cannot be read: {broken.Message}", broken);
        }
    }

    /// <summary>One page of a list; a server that is silent for too long is as good as none.</summary>
    async Task<ReadOnlyMemory<byte>> PageAsync(string query, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watchdog = time.CreateTimer(_ => stall.Cancel(), null, options.StallTimeout, Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(HttpMethod.Get, api.At(type.CollectionPath(ns) + query));
        if (options.MetadataOnly) request.Headers.Accept.ParseAdd(MediaTypes.MetadataList);
        try
        {
            using var response = await api.SendAsync(request, "list", type.Plural, stall.Token);
            return await Bodies.ReadAsync(response, stall.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new UnreachableServerException($"{api.Server} did not list {type.Plural} in time", late);
        }
    }

    /// <summary>Follows one watch to its end, and notes how far it came.</summary>
    async Task WatchAsync(string from, CancellationToken cancellation)
    {
        var jittered = options.WatchTimeout * (0.5 + (options.Chance.NextDouble() / 2));
        var query = $"?watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(from)}&timeoutSeconds={(int)jittered.TotalSeconds}";
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watchdog = time.CreateTimer(_ => stall.Cancel(), null, options.StallTimeout, Timeout.InfiniteTimeSpan);
        using var request = new HttpRequestMessage(HttpMethod.Get, api.At(type.CollectionPath(ns) + query));
        if (options.MetadataOnly) request.Headers.Accept.ParseAdd(MediaTypes.Metadata);
        var began = time.GetTimestamp();
        var isEmpty = true;
        try
        {
            using var response = await api.SendAsync(request, "watch", type.Plural, stall.Token);
            Note(null);
            var lines = new LineReader(await response.Content.ReadAsStreamAsync(stall.Token));
            while (await lines.NextAsync(stall.Token))
            {
                watchdog.Change(options.StallTimeout, Timeout.InfiniteTimeSpan);
                _resume = Take(lines.Line) ?? _resume;
                _failures = 0;
                isEmpty = false;
            }

            // A server, or a proxy, that ends every watch at once must not be asked without a pause.
            if (isEmpty && time.GetElapsedTime(began) < ShortWatch) await _pauses.ForAsync(Backoff(), cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A silent stall: nothing for so long that the server is not there any more. Watch again from where we are.
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException { StatusCode: null })
        {
            // A watch may be cut at any time, also before its first event; that is its normal end.
            await _pauses.ForAsync(Backoff(), cancellation);
        }
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

    string? Keep(ReadOnlySpan<byte> json)
    {
        if (Project(json) is not { } record) return Identity.Read(json).ResourceVersion;
        Store.Put(record);
        return record.ResourceVersion;
    }

    string? Drop(ReadOnlySpan<byte> json)
    {
        var gone = Identity.Read(json);
        if (Store.Get(gone.Key)?.Uid == gone.Uid) Store.Remove(gone.Key);
        return gone.ResourceVersion;
    }

    /// <summary>Null for an object that does not fit its projection: it is told and left as it was known.</summary>
    T? Project(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        try
        {
            return projection(ref reader);
        }
        catch (Exception unfit) when (ListPage<T>.IsUnfit(unfit))
        {
            // A line that is no JSON at all is another matter: reading its identity fails then.
            Unreadable(Identity.Read(json), unfit);
            return null;
        }
    }

    void Unreadable(Identity found, Exception why) => Tell($"{found.Key} is left out, it cannot be read: {why.Message.ReplaceLineEndings(" ")}");

    /// <summary>What stays the same is told once.</summary>
    void Tell(string trouble)
    {
        if (trouble == _told) return;
        _told = trouble;
        options.Trouble?.Invoke($"{type.Plural}: {trouble}");
    }

    void Clear()
    {
        foreach (var key in Store.Keys()) Store.Remove(key);
    }

    void Note(string? trouble)
    {
        if (trouble is null) _told = null;
        if (Trouble == trouble) return;
        Trouble = trouble;
        TroubleChanged?.Invoke();
    }

    TimeSpan Backoff()
    {
        var longest = options.FirstBackoff * Math.Pow(2, Math.Min(_failures++, 20));
        return (longest < options.LongestBackoff ? longest : options.LongestBackoff) * (0.5 + (options.Chance.NextDouble() / 2));
    }

    static async Task WaitAsync(Task task, CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource();
        using var registration = cancellation.Register(() => cancelled.TrySetCanceled(cancellation));
        await await Task.WhenAny(task, cancelled.Task);
    }
}
