using System.Globalization;
using System.Text.Json;
using Slipway.Operator.Cluster;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>Server groups of Network Load Balancers, which carry changes out some time after they are asked for.</summary>
sealed class NetworkGroups(CloudClient client, TimeProvider time) : IServerGroups
{
    const int Page = 100;

    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    const int Looks = 30;

    /// <summary>
    /// Their tag is the Service's UID and their names are <c>k8s.port.protocol.service.namespace.cluster</c>
    /// (cloud-provider-alibaba-cloud, pkg/model/nlb/nlb.go).
    /// </summary>
    public async Task<IReadOnlyList<string>> FindAsync(Service service, CancellationToken cancellation)
    {
        var name = $"a{service.Uid.Replace("-", "", StringComparison.Ordinal)}";
        var groups = await ListAsync("ListServerGroups", "ServerGroups", [new("Tag.1.Key", "kubernetes.do.not.delete"), new("Tag.1.Value", name.Length > 32 ? name[..32] : name)], cancellation);
        return
        [
            .. groups.Where(group => group.Text("ServerGroupName").Split('.') is ["k8s", _, _, var found, var ns, _] && found == service.Key.Name && ns == service.Key.Namespace)
                .Select(group => group.Text("ServerGroupId")),
        ];
    }

    public async Task<IReadOnlyList<CloudBackend>> ReadAsync(string group, CancellationToken cancellation) =>
    [
        .. (await ListAsync("ListServerGroupServers", "Servers", [new("ServerGroupId", group)], cancellation))
            .Select(server => new CloudBackend(group, server.Text("ServerId"), server.Text("ServerIp") is { Length: > 0 } ip ? ip : server.Text("ServerId"), server.Number("Port"), server.Number("Weight"))
            {
                Type = server.Text("ServerType"), Description = server.Text("Description"), IsConfiguring = server.Text("Status") == "Configuring",
            }),
    ];

    public async Task SetAsync(string group, IReadOnlyList<CloudBackend> backends, CancellationToken cancellation)
    {
        var form = backends.Index().SelectMany(backend => Fields($"Servers.{backend.Index + 1}.", backend.Item));
        var answer = await client.CallAsync(new(CloudProduct.Nlb, "UpdateServerGroupServersAttribute", [new("ServerGroupId", group)]) { Form = [.. form] }, cancellation);
        if (answer.Text("JobId") is { Length: > 0 } job) await DoneAsync(job, cancellation);
    }

    static IEnumerable<KeyValuePair<string, string>> Fields(string prefix, CloudBackend backend)
    {
        yield return new($"{prefix}ServerId", backend.Server);
        yield return new($"{prefix}ServerType", backend.Type);
        yield return new($"{prefix}ServerIp", backend.Ip);
        yield return new($"{prefix}Port", backend.Port.ToString(CultureInfo.InvariantCulture));
        yield return new($"{prefix}Weight", backend.Weight.ToString(CultureInfo.InvariantCulture));
        if (backend.Description.Length > 0) yield return new($"{prefix}Description", backend.Description);
    }

    /// <summary>A change that is not done in time is not failed: its backends say that they are being configured.</summary>
    async Task DoneAsync(string job, CancellationToken cancellation)
    {
        for (var look = 0; look < Looks; look++)
        {
            var status = (await client.CallAsync(new(CloudProduct.Nlb, "GetJobStatus", [new("JobId", job)]), cancellation)).Text("Status");
            if (status == "Succeeded") return;
            if (status == "Failed") throw new CloudException($"UpdateServerGroupServersAttribute failed as job {job}", "", isTransient: false);
            await Task.Delay(BetweenLooks, time, cancellation);
        }
    }

    async Task<IReadOnlyList<JsonElement>> ListAsync(string action, string items, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken cancellation)
    {
        var found = new List<JsonElement>();
        string? next = null;
        do
        {
            List<KeyValuePair<string, string>> page = [.. parameters, new("MaxResults", Page.ToString(CultureInfo.InvariantCulture))];
            if (next is not null) page.Add(new("NextToken", next));
            var answer = await client.CallAsync(new(CloudProduct.Nlb, action, page), cancellation);
            found.AddRange(answer.Items(items));
            next = answer.Text("NextToken") is { Length: > 0 } token ? token : null;
        }
        while (next is not null);
        return found;
    }
}
