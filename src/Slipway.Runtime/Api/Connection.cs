namespace Slipway.Runtime.Api;

/// <summary>A connection and the namespace that goes with it, from kubeconfig or the pod's service account.</summary>
/// <remarks>Rules of kubectl: --kubeconfig, $KUBECONFIG (a list), ~/.kube/config, else in-cluster.</remarks>
public sealed class Connection : IDisposable
{
    public KubernetesApi Api => throw new NotImplementedException();

    /// <summary>The context's namespace, else <c>default</c>.</summary>
    public string Namespace => throw new NotImplementedException();

    /// <summary>Whom the kubeconfig says we are, where it says so.</summary>
    public string? User => throw new NotImplementedException();

    /// <exception cref="ConnectionException">One sentence: what of the configuration cannot be read, or is not there.</exception>
    public static Connection Open(string? kubeconfig, string? context) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>The configuration of a connection is missing or cannot be read; the message is one sentence for a person.</summary>
public sealed class ConnectionException(string message, Exception? inner = null) : Exception(message, inner);
