using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Informers;

namespace Slipway.Operator.Cluster;

/// <summary>Informers of different records in one list.</summary>
interface IInformer
{
    ResourceType Type { get; }
    string? Trouble { get; }
    event Action? TroubleChanged;
    Task RunAsync(CancellationToken cancellation);
    Task SyncedAsync(CancellationToken cancellation);
    Task LoadAsync(CancellationToken cancellation);
}

/// <summary>Where the records of a view come from; asked for its kinds in the order in which a view lists them.</summary>
interface IRecordSource
{
    (Store<T> Store, IInformer Informer) Open<T>(ResourceType type, string? within, Projection<T> projection, bool mayBeMissing)
        where T : class, IProjected;

    ServerVersion Version { get; }

    /// <summary>Follows what no informer follows.</summary>
    Task RunAsync(CancellationToken cancellation);
}

/// <summary>From the API server: a list and a watch a kind.</summary>
sealed class ServerSource(KubernetesApi api, Random chance, TimeProvider time, Action<string>? trouble) : IRecordSource
{
    readonly DefinitionWatch _definitions = new(api, chance, time);

    public ServerVersion Version { get; } = new(api, time);

    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Version.RunAsync(cancellation), _definitions.RunAsync(cancellation));

    public (Store<T> Store, IInformer Informer) Open<T>(ResourceType type, string? within, Projection<T> projection, bool mayBeMissing)
        where T : class, IProjected
    {
        var informer = new Informer<T>(api, type, within, projection, new() { KindMayBeMissing = mayBeMissing, Definitions = _definitions, Chance = chance, Trouble = trouble }, time);
        return (informer.Store, new Read<T>(informer));
    }

    internal sealed class Read<T>(Informer<T> informer) : IInformer
        where T : class, IProjected
    {
        public ResourceType Type => informer.Type;

        public string? Trouble => informer.Trouble;

        public Store<T> Store => informer.Store;

        public event Action? TroubleChanged
        {
            add => informer.TroubleChanged += value;
            remove => informer.TroubleChanged -= value;
        }

        public Task RunAsync(CancellationToken cancellation) => informer.RunAsync(cancellation);

        public Task SyncedAsync(CancellationToken cancellation) => informer.SyncedAsync(cancellation);

        public Task LoadAsync(CancellationToken cancellation) => informer.LoadAsync(cancellation);
    }
}

/// <summary>From the informers of another view, which somebody runs.</summary>
sealed class EchoSource(IReadOnlyList<IInformer> others, ServerVersion version) : IRecordSource
{
    int _next;

    public ServerVersion Version => version;

    public Task RunAsync(CancellationToken cancellation) => Task.CompletedTask;

    public (Store<T> Store, IInformer Informer) Open<T>(ResourceType type, string? within, Projection<T> projection, bool mayBeMissing)
        where T : class, IProjected
    {
        var heard = new Heard<T>((ServerSource.Read<T>)others[_next++]);
        return (heard.Store, heard);
    }

    sealed class Heard<T>(ServerSource.Read<T> source) : IInformer
        where T : class, IProjected
    {
        readonly StoreEcho<T> _echo = new(source.Store, source.SyncedAsync);

        public Store<T> Store => _echo.Store;

        public ResourceType Type => source.Type;

        public string? Trouble => source.Trouble;

        /// <summary>Trouble is told by the view that reads.</summary>
        public event Action? TroubleChanged
        {
            add { }
            remove { }
        }

        public Task RunAsync(CancellationToken cancellation) => _echo.RunAsync(cancellation);

        public Task SyncedAsync(CancellationToken cancellation) => _echo.SyncedAsync(cancellation);

        public Task LoadAsync(CancellationToken cancellation) => source.LoadAsync(cancellation);
    }
}
