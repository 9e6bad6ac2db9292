using System.CommandLine;
using Slipway.Operator.Schemas;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway install</c>: everything a cluster needs, as YAML for <c>kubectl apply -f -</c>.</summary>
static class InstallCommand
{
    public static Command Verb(Surroundings surroundings)
    {
        var policies = new Option<bool>("--admission-policies") { Description = "Also print the admission policies (Kubernetes 1.36 and later)" };
        var command = new Command("install", "Print CRDs, RBAC and the controller as YAML; pipe it to kubectl apply -f -") { policies };
        command.SetAction((parsed, _) => surroundings.RunAsync(async () =>
        {
            foreach (var document in Deployment.Documents(withPolicies: parsed.GetValue(policies))) await surroundings.Out.WriteLineAsync($"---\n{document.TrimEnd()}");
            return ExitCode.Done;
        }));
        return command;
    }
}

/// <summary>The files of <c>deploy/</c>, which the executable carries.</summary>
static class Deployment
{
    /// <summary>In the order they are to be applied: definitions first.</summary>
    public static IEnumerable<string> Documents(bool withPolicies) => [.. Definitions, Read("rbac.yaml"), Read("controller.yaml"), .. withPolicies ? [Read("admission.yaml")] : Array.Empty<string>()];

    public static IEnumerable<string> Definitions => ShippedKinds.All.Select(kind => Read(kind.FileName));

    public static string Sample(string name) => Read(name);

    static string Read(string name)
    {
        using var stream = typeof(Deployment).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the executable");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
