using k8s;

namespace Slipway.Runtime.Api;

/// <summary>A connection and the namespace that goes with it, from kubeconfig or the pod's service account.</summary>
/// <remarks>Rules of kubectl: --kubeconfig, $KUBECONFIG (a list), ~/.kube/config, else in-cluster.</remarks>
public sealed class Connection : IDisposable
{
    readonly Kubernetes _client;
    readonly Kubernetes _bare;

    Connection(KubernetesClientConfiguration configuration, string? user)
    {
        // Watches and informers have their own time limits; 100 s of HttpClient would end them (kubernetes-client/csharp, HttpClientTimeout).
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        _client = new Kubernetes(configuration);
        _bare = new Kubernetes(new KubernetesClientConfiguration
        {
            Host = configuration.Host,
            SslCaCerts = configuration.SslCaCerts,
            SkipTlsVerify = configuration.SkipTlsVerify,
            TlsServerName = configuration.TlsServerName,
            HttpClientTimeout = Timeout.InfiniteTimeSpan,
        });
        var credentials = _client.Credentials;
        Api = new(new HttpMessageInvoker(new AtOnce(_client.HttpClient)), _client.BaseUri, credentials is null ? null : (request, cancellation) => credentials.ProcessHttpRequestAsync(request, cancellation));
        Namespace = string.IsNullOrEmpty(configuration.Namespace) ? "default" : configuration.Namespace;
        User = user;
    }

    public KubernetesApi Api { get; }

    /// <summary>The context's namespace, else <c>default</c>.</summary>
    public string Namespace { get; }

    /// <summary>Whom the kubeconfig says we are, where it says so.</summary>
    public string? User { get; }

    /// <summary>The same server as whoever holds this bearer token, and with nothing else: no certificate of ours goes along.</summary>
    public KubernetesApi As(string token) => As(_ => ValueTask.FromResult(token));

    /// <summary>The same server as whoever holds the bearer token of the moment.</summary>
    public KubernetesApi As(Func<CancellationToken, ValueTask<string>> token) => new(_bare.HttpClient, _bare.BaseUri, async (request, cancellation) => request.Headers.Authorization = new("Bearer", await token(cancellation)));

    /// <exception cref="ConnectionException">One sentence: what of the configuration cannot be read, or is not there.</exception>
    public static Connection Open(string? kubeconfig, string? context)
    {
        var files = Kubeconfig.Files(kubeconfig);
        if (files.Count > 0)
        {
            var (configuration, user) = Kubeconfig.Read(files, context);
            return new(configuration, user);
        }

        return KubernetesClientConfiguration.IsInCluster()
            ? new(KubernetesClientConfiguration.InClusterConfig(), null)
            : throw new ConnectionException("no cluster is configured: give --kubeconfig, set KUBECONFIG, or write ~/.kube/config");
    }

    public void Dispose()
    {
        _client.Dispose();
        _bare.Dispose();
    }

    /// <summary>Hands an answer over as soon as its head is there; HttpClient's own way waits for the end of the body, which a watch does not have.</summary>
    /// <remarks>A server that takes a request and then says nothing would hold its caller for ever: the head must come in time, also that of a watch.</remarks>
    sealed class AtOnce(HttpClient client) : HttpMessageHandler
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var late = new CancellationTokenSource(Patience, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
    }
}

/// <summary>The configuration of a connection is missing or cannot be read; the message is one sentence for a person.</summary>
public sealed class ConnectionException(string message, Exception? inner = null) : Exception(message, inner);
