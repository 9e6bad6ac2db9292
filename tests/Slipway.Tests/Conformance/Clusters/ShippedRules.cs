using System.Text.Json.Nodes;
using Slipway.Operator.Schemas;
using Slipway.Tests.Rules;
using Xunit;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>What <c>slipway install</c> would create, on a cluster for the time of a run. Where it is already, the cluster is left alone.</summary>
sealed class ShippedRules(Target target)
{
    const string Label = "conformance.slipway.dev/run";
    const string Policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";

    readonly Lock _gate = new();
    readonly List<string> _created = [];
    Task<string?>? _installed;

    /// <summary>Creates our definitions, once; skips the check where that is not possible.</summary>
    public async Task EnsureAsync(Cluster cluster)
    {
        lock (_gate) _installed ??= InstallAsync(cluster);
        if (await _installed is { } reason) Assert.Skip(reason);
    }

    /// <summary>Has the admission policy hold in the namespace of a check, until the run is over.</summary>
    public async Task GuardAsync(Cluster cluster)
    {
        if (target.IsSandbox)
        {
            target.Guard(cluster.Namespace);
            return;
        }

        if ((await cluster.Get(Policies)).Code != 200) Assert.Skip("the cluster serves no admission policies");
        var (name, bindings) = ($"conformance-{target.Run}.slipway.dev", $"{Policies[..^"policies".Length]}policybindings");
        var policy = RuleCorpus.Yaml("deploy/admission.yaml")[0];
        policy["metadata"]!["name"] = name;
        await Create(cluster, Policies, name, policy);
        await Create(cluster, bindings, name, JsonNode.Parse($$$"""
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding","metadata":{"name":"{{{name}}}"},
             "spec":{"policyName":"{{{name}}}","validationActions":["Deny"],"matchResources":{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"{{{cluster.Namespace}}}"} } } } }
            """)!);
    }

    /// <summary>Takes away what this run created.</summary>
    public async Task RemoveAsync()
    {
        var cluster = new Cluster(target, "");
        foreach (var path in Enumerable.Reverse(_created)) await cluster.Delete(path);
        foreach (var path in _created) await cluster.Gone(path);
    }

    async Task<string?> InstallAsync(Cluster cluster)
    {
        var definitions = ShippedKinds.All.Select(kind => kind.Definition()).ToList();
        foreach (var definition in definitions)
        {
            var name = (string)definition["metadata"]!["name"]!;
            if (await IsTakenAsync(cluster, $"{Cluster.Definitions}/{name}")) return $"the cluster has {name} already";
            definition["metadata"]!["labels"] = new JsonObject { [Label] = target.Run };
        }

        foreach (var definition in definitions) await Create(cluster, Cluster.Definitions, (string)definition["metadata"]!["name"]!, definition);
        foreach (var definition in definitions)
        {
            var name = (string)definition["metadata"]!["name"]!;
            var (grp, plural) = ((string)definition["spec"]!["group"]!, (string)definition["spec"]!["names"]!["plural"]!);
            await cluster.Until($"{name} is served", $"/apis/{grp}/{definition["spec"]!["versions"]![0]!["name"]}/{plural}", answer => answer.Code == 200);
        }

        return null;
    }

    /// <summary>What an earlier run left behind, or is on its way out, is in nobody's way.</summary>
    static async Task<bool> IsTakenAsync(Cluster cluster, string path)
    {
        var found = await cluster.Get(path);
        if (found.Code != 200) return false;
        var goes = found.Has("metadata.deletionTimestamp");
        if (!goes && !found.Has($"metadata.labels.{Label.Replace(".", "~1")}")) return true;
        if (!goes) await cluster.Delete(path);
        await cluster.Gone(path);
        return false;
    }

    async Task Create(Cluster cluster, string path, string name, JsonNode body)
    {
        lock (_gate) _created.Add($"{path}/{name}");
        await cluster.Post(path, body.ToJsonString()).Is(201);
    }
}
