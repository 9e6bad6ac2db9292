using System.Text.Json;
using Slipway.Tests.Conformance.Clusters;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Manifests;

namespace Slipway.Tests.Conformance;

/// <summary>Kubernetes API concepts, "Receiving resources as Tables" and partial metadata.</summary>
public sealed class TableChecks : Checks
{
    const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const string Metadata = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    const string MetadataList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

    [Check]
    public async Task A_list_is_a_table_of_columns_and_rows(Cluster cluster)
    {
        var name = await One(cluster);

        var table = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={name}", Table).Is(200);

        Assert.Equal(("Table", "meta.k8s.io/v1"), (table.Word("kind"), table.Word("apiVersion")));
        Assert.Equal(["Name", "Data", "Age"], Columns(table));
        Assert.Equal((name, 1), (table.Word("rows.0.cells.0"), table.Number("rows.0.cells.1")));
        Assert.NotEmpty(table.Version);
    }

    [Check]
    public async Task A_row_carries_the_metadata_of_its_object(Cluster cluster)
    {
        var name = await One(cluster);

        var table = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={name}", Table).Is(200);

        Assert.Equal(("PartialObjectMetadata", name), (table.Word("rows.0.object.kind"), table.Word("rows.0.object.metadata.name")));
        Assert.False(table.Has("rows.0.object.data"));
    }

    [Check]
    public async Task A_row_carries_the_object_or_nothing_if_asked(Cluster cluster)
    {
        var name = await One(cluster);

        var whole = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={name}&includeObject=Object", Table).Is(200);
        var none = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={name}&includeObject=None", Table).Is(200);

        Assert.Equal("1", whole.Word("rows.0.object.data.a"));
        Assert.True(none.At("rows.0.object").ValueKind is JsonValueKind.Undefined or JsonValueKind.Null);
    }

    [Check]
    public async Task One_object_is_a_table_of_one_row(Cluster cluster)
    {
        var name = await One(cluster);

        var table = await cluster.Get($"{cluster.ConfigMaps}/{name}", Table).Is(200);

        Assert.Equal(("Table", 1), (table.Word("kind"), table.At("rows").GetArrayLength()));
    }

    [Check]
    public async Task The_columns_of_pods_are_those_kubectl_prints(Cluster cluster)
    {
        var name = cluster.Name("pod");
        await cluster.Post(cluster.Pods, HomelessPod(name, $"\"mark\":\"{name}\"")).Is(201);

        var table = await cluster.Get($"{cluster.Pods}?labelSelector=mark={name}", Table).Is(200);

        Assert.Equal(["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates"], Columns(table));
        Assert.Equal((name, "0/1", "Pending"), (table.Word("rows.0.cells.0"), table.Word("rows.0.cells.1"), table.Word("rows.0.cells.2")));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1], table.At("columnDefinitions").EnumerateArray().Select(column => column.Find("priority").GetInt32()));
        await cluster.Delete($"{cluster.Pods}/{name}");
    }

    [Check]
    public async Task The_columns_of_deployments_are_those_kubectl_prints(Cluster cluster)
    {
        var name = cluster.Name("deploy");
        await cluster.Post(cluster.Deployments, Deployment(name, 0)).Is(201);

        var table = await cluster.Get($"{cluster.Deployments}/{name}", Table).Is(200);

        Assert.Equal(["Name", "Ready", "Up-to-date", "Available", "Age", "Containers", "Images", "Selector"], Columns(table));
        Assert.Equal((name, "0/0"), (table.Word("rows.0.cells.0"), table.Word("rows.0.cells.1")));
    }

    [Check]
    public async Task The_columns_of_services_events_and_bindings_are_those_kubectl_prints(Cluster cluster)
    {
        var name = cluster.Name("wide");
        await cluster.Post(cluster.Services, Service(name, name)).Is(201);
        await cluster.Post(cluster.RoleBindings(), Rights.Binding("RoleBinding", name, "Role", "none", $"{Rights.User("jane")},{Rights.Account("shop", "robot")}")).Is(201);

        var service = await cluster.Get($"{cluster.Services}/{name}", Table).Is(200);
        var binding = await cluster.Get($"{cluster.RoleBindings()}/{name}", Table).Is(200);

        Assert.Equal(["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector"], Columns(service));
        Assert.Equal(($"app={name}", 1), (service.Word("rows.0.cells.6"), service.Number("columnDefinitions.6.priority")));
        Assert.Equal(["Name", "Role", "Age", "Users", "Groups", "ServiceAccounts"], Columns(binding));
        Assert.Equal(("Role/none", "jane", "", "shop/robot"), (binding.Word("rows.0.cells.1"), binding.Word("rows.0.cells.3"), binding.Word("rows.0.cells.4"), binding.Word("rows.0.cells.5")));
        Assert.Equal(["Last Seen", "Type", "Reason", "Object", "Subobject", "Source", "Message", "First Seen", "Count", "Name"], Columns(await cluster.Get(cluster.Events, Table).Is(200)));
    }

    [Check]
    public async Task A_watch_of_tables_sends_the_columns_once(Cluster cluster)
    {
        var name = await One(cluster);
        using var watch = await cluster.Watch($"{cluster.ConfigMaps}?labelSelector=mark={name}", Table);
        var first = await watch.Next();
        await cluster.Merge($"{cluster.ConfigMaps}/{name}", """{"data":{"b":"2"}}""").Is(200);
        var second = await watch.Next();

        Assert.Equal(("Table", "Table"), (first.Object.Find("kind").Word(), second.Object.Find("kind").Word()));
        Assert.Equal(3, first.Object.Find("columnDefinitions").GetArrayLength());
        Assert.False(second.Object.Find("columnDefinitions") is { ValueKind: JsonValueKind.Array } columns && columns.GetArrayLength() > 0);
        Assert.Equal(name, second.Object.Find("rows.0.object.metadata.name").Word());
    }

    [Check]
    public async Task Metadata_alone_can_be_asked_for(Cluster cluster)
    {
        var name = await One(cluster);

        var one = await cluster.Get($"{cluster.ConfigMaps}/{name}", Metadata).Is(200);
        var list = await cluster.Get($"{cluster.ConfigMaps}?labelSelector=mark={name}", MetadataList).Is(200);

        Assert.Equal(("PartialObjectMetadata", "PartialObjectMetadataList"), (one.Word("kind"), list.Word("kind")));
        Assert.False(one.Has("data") || list.Has("items.0.data"));
        Assert.Equal((name, name), (one.Name, list.Names[0]));
    }

    [Check]
    public async Task The_first_type_the_server_can_serve_is_served(Cluster cluster)
    {
        var name = await One(cluster);

        var table = await cluster.Get($"{cluster.ConfigMaps}/{name}", $"{Table},application/json").Is(200);
        var plain = await cluster.Get($"{cluster.ConfigMaps}/{name}", "application/json;as=Unheard;v=v1;g=example.com, application/json").Is(200);

        Assert.Equal(("Table", "ConfigMap"), (table.Word("kind"), plain.Word("kind")));
    }

    [Check]
    public async Task A_type_the_server_cannot_serve_is_406(Cluster cluster)
    {
        var name = await One(cluster);

        await cluster.Get($"{cluster.ConfigMaps}/{name}", "text/html").Is(406, "NotAcceptable");
    }

    static async Task<string> One(Cluster cluster)
    {
        var name = cluster.Name("row");
        await cluster.Post(cluster.ConfigMaps, Labelled(name, $"\"mark\":\"{name}\"", "\"a\":\"1\"")).Is(201);
        return name;
    }

    static IEnumerable<string> Columns(Answer table) => table.At("columnDefinitions").EnumerateArray().Select(column => column.Find("name").Word()!);
}
