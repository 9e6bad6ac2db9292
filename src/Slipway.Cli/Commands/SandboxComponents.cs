using Slipway.Components;

namespace Slipway.Cli.Commands;

/// <summary>The components of the embedded cluster: visible workloads of kube-system whose image tag is their version; and what its API server says of itself.</summary>
static class SandboxComponents
{
    const string None = "none";
    const string Namespace = "kube-system";

    /// <summary>What every operation needs.</summary>
    static readonly IReadOnlyDictionary<string, string> Newest = new Dictionary<string, string>
    {
        [ComponentNames.CafeExtController] = "0.7.2",
        [ComponentNames.CloudControllerManager] = "1.2.1",
        ["terway-eni"] = "1.5.0",
    };

    /// <summary>Reads <c>NAME=VERSION</c>, or <c>NAME=none</c> to leave one out; another network plug-in takes the place of terway-eni.</summary>
    public static IReadOnlyDictionary<string, string> Parse(IReadOnlyList<string> chosen)
    {
        var components = Newest.ToDictionary();
        foreach (var text in chosen)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } version]) throw CommandException.Usage($"--component is \"{text}\"; NAME=VERSION is needed, such as cafeextcontroller=0.7.1");
            if (name == ComponentNames.Kubernetes && !ComponentVersion.TryParse(version, out _)) throw CommandException.Usage($"--component says {name}={version}; a version such as 1.33.0 is needed");
            if (name != ComponentNames.Kubernetes && !ComponentNames.IsKnown(name)) throw CommandException.Usage($"--component names {name}; {string.Join(", ", ComponentNames.All.Prepend(ComponentNames.Kubernetes))} are allowed");
            if (version != None && version.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '_'))) throw CommandException.Usage($"--component says {name}={version}; an image tag has letters, digits, '.', '-' and '_' only");
            if (ComponentNames.IsNetworkPlugin(name)) foreach (var plugin in ComponentNames.NetworkPlugins) components.Remove(plugin);
            components[name] = version;
        }

        return components.Where(component => component.Value != None).ToDictionary();
    }

    /// <summary>What <c>/version</c> is to say; null where nothing was chosen.</summary>
    public static string? Kubernetes(IReadOnlyDictionary<string, string> components) =>
        components.TryGetValue(ComponentNames.Kubernetes, out var version) ? $"v{ComponentVersion.Parse(version)}" : null;

    public static string Yaml(IReadOnlyDictionary<string, string> components) => string.Join("\n---\n", components.Where(component => component.Key != ComponentNames.Kubernetes).Select(component => Yaml(component.Key, component.Value)));

    static string Yaml(string name, string version) => $$"""
        apiVersion: apps/v1
        kind: {{(ComponentNames.IsNetworkPlugin(name) ? "DaemonSet" : "Deployment")}}
        metadata:
          name: {{name}}
          namespace: {{Namespace}}
          labels: {app: {{name}}}
        spec:
          selector:
            matchLabels: {app: {{name}}}
          template:
            metadata:
              labels: {app: {{name}}}
            spec:
              containers:
              - name: {{name}}
                image: "registry.example/{{Namespace}}/{{name}}:{{version}}"
        """;
}
