using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;

namespace Slipway.Runtime.Api;

/// <summary>A connection and the namespace that goes with it, from kubeconfig or the pod's service account.</summary>
/// <remarks>Rules of kubectl: --kubeconfig, $KUBECONFIG (a list), ~/.kube/config, else in-cluster.</remarks>
public sealed class Connection : IDisposable
{
    readonly Kubernetes _client;

    Connection(KubernetesClientConfiguration configuration, string? user)
    {
        // Watches and informers have their own time limits; 100 s of HttpClient would end them (kubernetes-client/csharp, HttpClientTimeout).
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        _client = new Kubernetes(configuration);
        var credentials = _client.Credentials;
        Api = new(_client.HttpClient, _client.BaseUri, credentials is null ? null : (request, cancellation) => credentials.ProcessHttpRequestAsync(request, cancellation));
        Namespace = string.IsNullOrEmpty(configuration.Namespace) ? "default" : configuration.Namespace;
        User = user;
    }

    public KubernetesApi Api { get; }

    /// <summary>The context's namespace, else <c>default</c>.</summary>
    public string Namespace { get; }

    /// <summary>Whom the kubeconfig says we are, where it says so.</summary>
    public string? User { get; }

    /// <exception cref="ConnectionException">One sentence: what of the configuration cannot be read, or is not there.</exception>
    public static Connection Open(string? kubeconfig, string? context)
    {
        var files = Files(kubeconfig);
        try
        {
            if (files.Count == 0)
            {
                return KubernetesClientConfiguration.IsInCluster()
                    ? new(KubernetesClientConfiguration.InClusterConfig(), null)
                    : throw new ConnectionException("no cluster is configured: give --kubeconfig, set KUBECONFIG, or write ~/.kube/config");
            }

            var loaded = Merge([.. files.Select(file => KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(file)))]);
            var current = context ?? loaded.CurrentContext;
            if (string.IsNullOrEmpty(current)) throw new ConnectionException($"kubeconfig {Listed(files)} names no current context; give --context");
            var contexts = (loaded.Contexts ?? []).ToList();
            var user = contexts.FirstOrDefault(entry => entry.Name == current)?.ContextDetails?.User
                ?? (contexts.Any(entry => entry.Name == current) ? null : throw new ConnectionException($"kubeconfig {Listed(files)} has no context {current}; it has {string.Join(", ", contexts.Select(entry => entry.Name))}"));
            return new(KubernetesClientConfiguration.BuildConfigFromConfigObject(loaded, current), user);
        }
        catch (Exception unreadable) when (unreadable is KubeConfigException or IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException or FormatException or UriFormatException)
        {
            throw new ConnectionException($"kubeconfig {Listed(files)} cannot be read: {unreadable.GetBaseException().Message.TrimEnd('.')}", unreadable);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Of several files the first that names a thing wins, as in kubectl.</summary>
    static K8SConfiguration Merge(IReadOnlyList<K8SConfiguration> loaded)
    {
        var merged = loaded[0];
        merged.CurrentContext = loaded.Select(file => file.CurrentContext).FirstOrDefault(current => !string.IsNullOrEmpty(current));
        merged.Contexts = [.. loaded.SelectMany(file => file.Contexts ?? []).DistinctBy(entry => entry.Name)];
        merged.Clusters = [.. loaded.SelectMany(file => file.Clusters ?? []).DistinctBy(entry => entry.Name)];
        merged.Users = [.. loaded.SelectMany(file => file.Users ?? []).DistinctBy(entry => entry.Name)];
        return merged;
    }

    static List<string> Files(string? kubeconfig)
    {
        if (kubeconfig is not null)
        {
            return File.Exists(kubeconfig) ? [kubeconfig] : throw new ConnectionException($"kubeconfig {kubeconfig} does not exist");
        }

        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } listed)
        {
            var named = listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            var found = named.Where(File.Exists).ToList();
            return found.Count > 0 ? found : throw new ConnectionException($"KUBECONFIG names {listed}, which does not exist");
        }

        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return File.Exists(home) ? [home] : [];
    }

    static string Listed(List<string> files) => string.Join(", ", files);
}

/// <summary>The configuration of a connection is missing or cannot be read; the message is one sentence for a person.</summary>
public sealed class ConnectionException(string message, Exception? inner = null) : Exception(message, inner);
