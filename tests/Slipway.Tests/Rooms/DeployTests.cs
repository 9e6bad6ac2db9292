using Slipway.Tests.Worlds;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Slipway.Tests.Rooms;

/// <summary>What is deployed asks for no more than it needs.</summary>
public sealed class DeployTests
{
    static readonly HashSet<(string Resource, string Verb)> NeverFor = [("secrets", "get"), ("pods/exec", "create")];

    static IEnumerable<YamlMappingNode> Documents(string file)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(Path.Combine(Repository.Root, "deploy", file));
        stream.Load(reader);
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode);
    }

    static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)path.Aggregate(node, (at, name) => at[name])).Value!;

    static IEnumerable<(string Role, string Group, string Resource, string Verb)> Rules() =>
        from role in Documents("rbac.yaml")
        where Text(role, "kind").EndsWith("Role", StringComparison.Ordinal)
        from rule in (YamlSequenceNode)role["rules"]
        from grp in (YamlSequenceNode)rule["apiGroups"]
        from resource in (YamlSequenceNode)rule["resources"]
        from verb in (YamlSequenceNode)rule["verbs"]
        select (Text(role, "metadata", "name"), ((YamlScalarNode)grp).Value!, ((YamlScalarNode)resource).Value!, ((YamlScalarNode)verb).Value!);

    [Fact]
    public void No_role_has_a_wildcard_reads_secrets_or_opens_a_shell()
    {
        var rules = Rules().ToList();

        Assert.NotEmpty(rules);
        Assert.DoesNotContain(rules, rule => rule.Group == "*" || rule.Resource.Contains('*') || rule.Verb == "*");
        Assert.DoesNotContain(rules, rule => rule.Resource == "secrets" || NeverFor.Contains((rule.Resource, rule.Verb)));
        Assert.DoesNotContain(rules, rule => rule.Verb is "escalate" or "bind" or "impersonate");
    }

    [Fact]
    public void The_operator_writes_only_what_its_operations_need()
    {
        var writes = Rules().Where(rule => rule.Role == "slipway-controller" && rule.Verb is not ("get" or "list" or "watch")).Select(rule => $"{rule.Verb} {rule.Resource}").Order();

        Assert.Equal(
            [
                "create containerrecreaterequests", "create events", "create opsticketgroups", "create pods/eviction", "create subjectaccessreviews", "delete opsticketgroups", "delete opstickets", "delete pods", "patch applicationservices/status", "patch cafedeployments", "patch clonesets", "patch deployments/scale", "patch deploymentunits/status", "patch grpcroutes", "patch httproutes", "patch opspolicies/status", "patch opstickets", "patch opstickets/status", "patch pods", "patch pods/status", "patch replicasets/scale", "patch services", "patch statefulsets", "patch statefulsets", "update opsticketgroups/status", "update opstickets/finalizers",
            ],
            writes);
    }

    [Fact]
    public void Only_the_controllers_of_workloads_make_pods()
    {
        var rules = Rules().Where(rule => rule is { Resource: "pods", Verb: "create" }).Select(rule => $"{rule.Role} {rule.Verb} {rule.Resource}");

        Assert.Equal(["slipway-workloads create pods"], rules);
    }

    [Fact]
    public void The_controllers_pod_is_restricted()
    {
        var container = Assert.Single(Documents("controller.yaml"))["spec"]["template"]["spec"]["containers"][0];

        Assert.Equal("false", Text(container, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("true", Text(container, "securityContext", "readOnlyRootFilesystem"));
    }
}
