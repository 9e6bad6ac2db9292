using Slipway.Tests.Conformance.Clusters;
using Xunit;

namespace Slipway.Tests.Conformance;

/// <summary>What a server says of itself, and the small kinds tickets live on: Leases and Events.</summary>
public sealed class DiscoveryChecks : Checks
{
    const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    [Check]
    public async Task The_server_is_alive_and_ready(Cluster cluster)
    {
        foreach (var path in (string[])["/livez", "/readyz", "/healthz"]) Assert.Equal((200, "ok"), ((await cluster.Get(path, "*/*")).Code, (await cluster.Get(path, "*/*")).Text));
    }

    [Check]
    public async Task The_version_has_its_parts(Cluster cluster)
    {
        var version = await cluster.Get("/version").Is(200);

        Assert.Equal("1", version.Word("major"));
        Assert.StartsWith($"v1.{version.Word("minor")!.TrimEnd('+')}", version.Word("gitVersion"));
    }

    [Check]
    public async Task The_core_group_lists_pods_with_their_subresources(Cluster cluster)
    {
        var list = await cluster.Get("/api/v1").Is(200);

        Assert.Equal(("APIResourceList", "v1"), (list.Word("kind"), list.Word("groupVersion")));
        var names = list.At("resources").EnumerateArray().Select(resource => resource.Find("name").Word()).ToList();
        Assert.All((string[])["pods", "pods/status", "pods/eviction", "pods/log", "pods/binding", "configmaps", "services", "events", "namespaces", "nodes", "secrets", "serviceaccounts"], name => Assert.Contains(name, names));
        var pods = list.At("resources").EnumerateArray().Single(resource => resource.Find("name").Word() == "pods");
        Assert.Equal(("Pod", "pod", "po"), (pods.Find("kind").Word(), pods.Find("singularName").Word(), pods.Find("shortNames.0").Word()));
        Assert.True(pods.Find("namespaced").GetBoolean());
    }

    [Check]
    public async Task Groups_are_listed_with_a_preferred_version(Cluster cluster)
    {
        var groups = await cluster.Get("/apis").Is(200);

        Assert.Equal("APIGroupList", groups.Word("kind"));
        var apps = groups.At("groups").EnumerateArray().Single(group => group.Find("name").Word() == "apps");
        Assert.Equal("apps/v1", apps.Find("preferredVersion.groupVersion").Word());
    }

    [Check]
    public async Task Aggregated_discovery_shows_all_groups_at_once(Cluster cluster)
    {
        var answer = await cluster.Get("/apis", Aggregated).Is(200);

        Assert.Equal("APIGroupDiscoveryList", answer.Word("kind"));
        Assert.Contains("as=APIGroupDiscoveryList", answer.ContentType);
        var apps = answer.Items.Single(group => group.Find("metadata.name").Word() == "apps");
        var deployments = apps.Find("versions.0.resources").EnumerateArray().Single(resource => resource.Find("resource").Word() == "deployments");
        Assert.Equal(("Namespaced", "Deployment"), (deployments.Find("scope").Word(), deployments.Find("responseKind.kind").Word()));
        Assert.Contains(deployments.Find("subresources").EnumerateArray(), sub => sub.Find("subresource").Word() == "scale" && sub.Find("responseKind.group").Word() == "autoscaling");
    }

    [Check]
    public async Task OpenAPI_v3_has_a_document_for_every_group(Cluster cluster)
    {
        var index = await cluster.Get("/openapi/v3").Is(200);

        var path = index.Word("paths.apis/apps/v1.serverRelativeURL");
        Assert.StartsWith("/openapi/v3/apis/apps/v1", path);
        var document = await cluster.Get(path!).Is(200);
        Assert.StartsWith("3.0", document.Word("openapi"));
        Assert.True(document.Json.GetProperty("components").GetProperty("schemas").TryGetProperty("io.k8s.api.apps.v1.Deployment", out _));
    }

    [Check]
    public async Task Autoscalers_quotas_and_jobs_can_be_written_and_read(Cluster cluster)
    {
        var name = cluster.Name("stored");
        var (autoscalers, quotas, jobs) = (cluster.Of("autoscaling", "horizontalpodautoscalers", "v2"), cluster.Core("resourcequotas"), cluster.Of("batch", "jobs"));
        await cluster.Post(autoscalers, $$$"""{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"{{{name}}}"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"{{{name}}}"},"minReplicas":2,"maxReplicas":5} }""").Is(201);
        await cluster.Post(quotas, $$$"""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"{{{name}}}"},"spec":{"hard":{"count/widgets.example.com":"7"} } }""").Is(201);
        await cluster.Post(jobs, $$$"""{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"{{{name}}}"},"spec":{"suspend":true,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"app","image":"{{{Manifests.Image}}}"}]} } } }""").Is(201);

        Assert.Equal(5, (await cluster.Get($"{autoscalers}/{name}").Is(200)).Number("spec.maxReplicas"));
        Assert.Equal("7", (await cluster.Get($"{quotas}/{name}").Is(200)).At("spec.hard").GetProperty("count/widgets.example.com").GetString());
        Assert.True((await cluster.Get($"{jobs}/{name}").Is(200)).At("spec.suspend").GetBoolean());
        foreach (var path in (string[])[autoscalers, quotas, jobs]) await cluster.Delete($"{path}/{name}").Is(200);
    }

    [Check]
    public async Task A_lease_is_taken_by_optimistic_locking(Cluster cluster)
    {
        var name = cluster.Name("lease");
        string Held(string by, string version) => $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"{{{name}}}"{{{(version.Length > 0 ? $",\"resourceVersion\":\"{version}\"" : "")}}} },"spec":{"holderIdentity":"{{{by}}}","leaseDurationSeconds":15,"acquireTime":"2026-01-05T12:00:00.000000Z","renewTime":"2026-01-05T12:00:00.000000Z","leaseTransitions":1} }""";
        var made = await cluster.Post(cluster.Leases, Held("one", "")).Is(201);

        await cluster.Put($"{cluster.Leases}/{name}", Held("two", made.Version)).Is(200);
        await cluster.Put($"{cluster.Leases}/{name}", Held("three", made.Version)).Is(409, "Conflict");

        var lease = await cluster.Get($"{cluster.Leases}/{name}");
        Assert.Equal(("two", "2026-01-05T12:00:00.000000Z"), (lease.Word("spec.holderIdentity"), lease.Word("spec.renewTime")));
    }

    [Check]
    public async Task A_lease_lasts_longer_than_nothing(Cluster cluster)
    {
        var answer = await cluster.Post(cluster.Leases, $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"{{{cluster.Name("lease")}}}"},"spec":{"holderIdentity":"a","leaseDurationSeconds":0} }""").Is(422, "Invalid");

        Assert.Contains("spec.leaseDurationSeconds", answer.CauseFields);
    }

    [Check]
    public async Task Events_are_found_by_what_they_are_about(Cluster cluster)
    {
        var name = cluster.Name("told");
        string Event(string suffix, string about, string ns) => $$$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{{name}}}.{{{suffix}}}"},"involvedObject":{"apiVersion":"v1","kind":"ConfigMap","namespace":"{{{ns}}}","name":"{{{about}}}"},
             "reason":"Tried","message":"a check tells","type":"Normal","firstTimestamp":"2026-01-05T12:00:00Z","lastTimestamp":"2026-01-05T12:00:00Z","count":1,"source":{"component":"conformance"} }
            """;
        await cluster.Post(cluster.Events, Event("a", name, cluster.Namespace)).Is(201);
        await cluster.Post(cluster.Events, Event("b", "another", cluster.Namespace)).Is(201);

        var found = await cluster.Get($"{cluster.Events}?fieldSelector=involvedObject.name={name},involvedObject.kind=ConfigMap,reason=Tried").Is(200);
        await cluster.Post(cluster.Events, Event("c", name, "elsewhere")).Is(422, "Invalid");

        Assert.Equal([$"{name}.a"], found.Names);
    }

    [Check]
    public async Task Secrets_take_plain_text_and_keep_it_encoded(Cluster cluster)
    {
        var made = await cluster.Post(cluster.Core("secrets"), $$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{{cluster.Name("secret")}}}"},"stringData":{"a":"text"} }""").Is(201);

        Assert.Equal(("dGV4dA==", "Opaque"), (made.Word("data.a"), made.Word("type")));
        Assert.False(made.Has("stringData"));
    }

    [Check, Needs(ClusterPart.Controllers)]
    public async Task Every_namespace_has_a_default_service_account(Cluster cluster) =>
        Assert.Equal("default", (await cluster.Get($"{cluster.Core("serviceaccounts")}/default").Is(200)).Name);
}
