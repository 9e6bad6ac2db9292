using Slipway.Runtime.Api;

namespace Slipway.Operator.Cluster;

/// <summary>The version of the API server, asked for again now and then: clusters are upgraded under an operator that runs.</summary>
sealed class ServerVersion(KubernetesApi api, TimeProvider time)
{
    static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    readonly TaskCompletionSource _asked = new();

    /// <summary>Such as <c>v1.33.1</c>; null while no server has told.</summary>
    public string? Found { get; private set; }

    /// <summary>Done once it was asked, whatever came of it.</summary>
    public Task AskedAsync(CancellationToken cancellation) => _asked.Task.WaitAsync(cancellation);

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var isTold = await LoadAsync(cancellation);
                _asked.TrySetResult();
                await Task.Delay(isTold ? Every : AfterFailure, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <summary>Asks once; false when the server did not tell.</summary>
    public async Task<bool> LoadAsync(CancellationToken cancellation)
    {
        try
        {
            Found = await api.VersionAsync(cancellation) ?? Found;
            return true;
        }
        catch (ApiException failure)
        {
            // What was told last holds; where nothing was, what depends on it is refused and says so. Who may not ask need not ask often.
            return failure is ForbiddenException;
        }
    }
}
