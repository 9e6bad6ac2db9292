using k8s;
using k8s.KubeConfigModels;

namespace Slipway.Runtime.Api;

/// <summary>Finds and reads kubeconfig files; whatever is wrong with them is one sentence.</summary>
static class Kubeconfig
{
    /// <summary>The files that kubectl would read; none where there is none.</summary>
    public static IReadOnlyList<string> Files(string? kubeconfig)
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

    /// <summary>The configuration of a context, and the user it names.</summary>
    public static (KubernetesClientConfiguration Configuration, string? User) Read(IReadOnlyList<string> files, string? context)
    {
        var loaded = Merge([.. files.Select(Load)]);
        var listed = string.Join(", ", files);
        var current = context ?? loaded.CurrentContext;
        if (string.IsNullOrEmpty(current)) throw new ConnectionException($"kubeconfig {listed} names no current context; give --context");
        var contexts = loaded.Contexts.ToList();
        if (contexts.FirstOrDefault(entry => entry.Name == current)?.ContextDetails is not { } chosen)
        {
            throw new ConnectionException($"kubeconfig {listed} has no context {current}; it has {(contexts.Count == 0 ? "none" : string.Join(", ", contexts.Select(entry => entry.Name)))}");
        }

        if (loaded.Clusters.FirstOrDefault(entry => entry.Name == chosen.Cluster)?.ClusterEndpoint is not { } cluster) throw new ConnectionException($"kubeconfig {listed} has no cluster {chosen.Cluster}, which context {current} names");
        if (!string.IsNullOrEmpty(chosen.User) && loaded.Users.All(entry => entry.Name != chosen.User)) throw new ConnectionException($"kubeconfig {listed} has no user {chosen.User}, which context {current} names");
        if (!Uri.TryCreate(cluster.Server, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw new ConnectionException($"kubeconfig {listed} cannot be read: server of cluster {chosen.Cluster} is \"{cluster.Server}\"; an address such as https://host:6443 is allowed");
        }

        try
        {
            return (KubernetesClientConfiguration.BuildConfigFromConfigObject(loaded, current), string.IsNullOrEmpty(chosen.User) ? null : chosen.User);
        }
        catch (Exception unusable) when (unusable is not ConnectionException)
        {
            // The client throws whatever it stumbles over: certificates, keys, plug-ins that cannot be run.
            throw new ConnectionException($"kubeconfig {listed} cannot be read: {Sentence(unusable)}", unusable);
        }
    }

    static K8SConfiguration Load(string file)
    {
        if (new FileInfo(file).Length == 0) throw new ConnectionException($"kubeconfig {file} is empty");
        try
        {
            return KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(file)) ?? throw new ConnectionException($"kubeconfig {file} is empty");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionException($"kubeconfig {file} cannot be read: {Sentence(unreadable)}", unreadable);
        }
        catch (YamlDotNet.Core.YamlException broken) when (broken is YamlDotNet.Core.SyntaxErrorException or YamlDotNet.Core.SemanticErrorException)
        {
            throw new ConnectionException($"kubeconfig {file} cannot be read: line {broken.Start.Line}: {Sentence(broken)}", broken);
        }
        catch (Exception other) when (other is not ConnectionException)
        {
            throw new ConnectionException($"kubeconfig {file} is no kubeconfig: a mapping with clusters, users and contexts is needed", other);
        }
    }

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

    static string Sentence(Exception failure) => failure.GetBaseException().Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
