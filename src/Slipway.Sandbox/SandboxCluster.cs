using Slipway.Sandbox.ApiServer;

namespace Slipway.Sandbox;

/// <summary>A small Kubernetes in this process: API server, built-in controllers, make-believe nodes, on any clock.</summary>
public sealed class SandboxCluster(SandboxOptions options, TimeProvider time) : IAsyncDisposable
{
    public SandboxOptions Options { get; } = options;

    /// <summary>The API server from within.</summary>
    public Objects Objects => throw new NotImplementedException();

    /// <summary>Starts controllers, scheduler and kubelets. Their work is posted to <see cref="SandboxOptions.Context"/>.</summary>
    public void Start() { _ = time; throw new NotImplementedException(); }

    /// <summary>A transport that reaches the API server without a socket. Completes synchronously unless a watch waits.</summary>
    public HttpMessageHandler CreateHandler() => throw new NotImplementedException();

    /// <summary>Serves HTTP (or HTTPS with a certificate of its own) on 127.0.0.1; port 0 picks a free one.</summary>
    public Task<SandboxAddress> ServeAsync(int port, bool tls, CancellationToken cancellation) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Where a served sandbox is reached.</summary>
public sealed record SandboxAddress(Uri Url, string Kubeconfig);

/// <summary>What the sandbox is made of.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where controllers and kubelets run, one step at a time. Null: a thread of the sandbox's own.</summary>
    public SynchronizationContext? Context { get; init; }

    /// <summary>Chance for names, UIDs and jitter; the same seed gives the same names.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Nodes to begin with.</summary>
    public IReadOnlyList<SandboxNode> Nodes { get; init; } = [];

    /// <summary>Served Kubernetes minor version, as <c>/version</c> reports it.</summary>
    public string KubernetesVersion { get; init; } = "v1.33.0";
}

/// <summary>A make-believe node.</summary>
public sealed record SandboxNode(string Name, IReadOnlyDictionary<string, string> Labels);
