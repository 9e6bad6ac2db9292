using System.Text.Json.Nodes;
using Slipway.Operator.Cluster;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>Virtual server groups of Classic Load Balancers.</summary>
sealed class ClassicGroups(CloudClient client) : IServerGroups
{
    /// <summary>Their names are <c>k8s/port/service/namespace/cluster</c> (cloud-provider-alibaba-cloud, pkg/model/load_balancer.go).</summary>
    public async Task<IReadOnlyList<string>> FindAsync(Service service, CancellationToken cancellation)
    {
        if (service.Cloud?.LoadBalancer is not { } balancer) return [];
        var answer = await client.CallAsync(new(CloudProduct.Slb, "DescribeVServerGroups", [new("LoadBalancerId", balancer)]), cancellation);
        return
        [
            .. answer.Items("VServerGroups", "VServerGroup")
                .Where(group => group.Text("VServerGroupName").Split('/') is ["k8s", _, var name, var ns, _] && name == service.Key.Name && ns == service.Key.Namespace)
                .Select(group => group.Text("VServerGroupId")),
        ];
    }

    public async Task<IReadOnlyList<CloudBackend>> ReadAsync(string group, CancellationToken cancellation)
    {
        var answer = await client.CallAsync(new(CloudProduct.Slb, "DescribeVServerGroupAttribute", [new("VServerGroupId", group)]), cancellation);
        return
        [
            .. answer.Items("BackendServers", "BackendServer").Select(server => new CloudBackend(group, server.Text("ServerId"), server.Text("ServerIp"), server.Number("Port"), server.Number("Weight"))
            {
                Type = server.Text("Type"), Description = server.Text("Description"),
            }),
        ];
    }

    public async Task SetAsync(string group, IReadOnlyList<CloudBackend> backends, CancellationToken cancellation)
    {
        // In the query, as the cloud's own SDKs send it. The description goes along: by it the cloud controller knows its own backends in a group that it shares.
        var servers = new JsonArray([.. backends.Select(backend => new JsonObject
        {
            ["ServerId"] = backend.Server, ["ServerIp"] = backend.Ip, ["Port"] = backend.Port, ["Weight"] = backend.Weight, ["Type"] = backend.Type, ["Description"] = backend.Description,
        })]);
        await client.CallAsync(new(CloudProduct.Slb, "SetVServerGroupAttribute", [new("VServerGroupId", group), new("BackendServers", servers.ToJsonString())]), cancellation);
    }
}
