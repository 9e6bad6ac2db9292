using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Sandbox.Edge.CloudApi;

/// <summary>A change of a Network Load Balancer's group, which is made some time after it is asked for.</summary>
sealed record CloudJob(string Id, DateTimeOffset DoneAt, string Group, IReadOnlyList<NamedServer> Servers);

/// <summary>A backend as a call names it, with the weight wanted.</summary>
sealed record NamedServer(string Id, string Ip, int Port, int Weight)
{
    public string Address => $"{Ip}:{Port}";

    public bool Is(CloudServer server) => server.Id == Id && server.Port == Port && (Ip.Length == 0 || server.Ip == Ip);
}

/// <summary>What the actions do to the make-believe cloud, and what they answer.</summary>
sealed class CloudActions(SandboxCloud cloud, TimeProvider time, TimeSpan jobTime)
{
    const int MostServers = 40;

    readonly List<CloudJob> _jobs = [];
    readonly HashSet<string> _done = [];
    int _started;

    /// <summary>Carries out the jobs that are due.</summary>
    public void CatchUp()
    {
        foreach (var job in _jobs.Where(job => job.DoneAt <= time.GetUtcNow() && _done.Add(job.Id)).ToList())
        {
            cloud.Change(job.Group, server => job.Servers.FirstOrDefault(wanted => wanted.Is(server)) is { } wanted ? server with { Weight = wanted.Weight, IsConfiguring = false } : server);
        }
    }

    public JsonObject Answer(CloudRequest request) => request.Action switch
    {
        "DescribeVServerGroups" => new() { ["VServerGroups"] = new JsonObject { ["VServerGroup"] = Array(Classic(request.Parameter("LoadBalancerId")), group => new() { ["VServerGroupId"] = group.Id, ["VServerGroupName"] = group.Name }) } },
        "DescribeVServerGroupAttribute" => Attribute(Group(request, "VServerGroupId", network: false)),
        "SetVServerGroupAttribute" => Set(Group(request, "VServerGroupId", network: false), Json(request)),
        "ListServerGroups" => Page(request, "ServerGroups", [.. cloud.Groups.Where(group => group.IsNetwork && IsTagged(request, group))], group => new() { ["ServerGroupId"] = group.Id, ["ServerGroupName"] = group.Name }),
        "ListServerGroupServers" => Page(request, "Servers", Group(request, "ServerGroupId", network: true).Servers, Network),
        "UpdateServerGroupServersAttribute" => Update(Group(request, "ServerGroupId", network: true), Indexed(request)),
        "GetJobStatus" => Status(request.Parameter("JobId")),
        var other => throw new CloudRefusal(404, "InvalidAction.NotFound", $"Specified api {other} is not found, please check your url and method."),
    };

    /// <summary>The backends that a call names.</summary>
    public static IReadOnlyList<NamedServer> Named(CloudRequest request) => request.Action switch
    {
        "SetVServerGroupAttribute" => Json(request),
        "UpdateServerGroupServersAttribute" => Indexed(request),
        _ => [],
    };

    IEnumerable<CloudGroup> Classic(string balancer) => cloud.Groups.Where(group => !group.IsNetwork && group.Balancer == balancer);

    CloudGroup Group(CloudRequest request, string parameter, bool network) =>
        cloud.Groups.FirstOrDefault(group => group.Id == request.Parameter(parameter) && group.IsNetwork == network)
        ?? throw (network
            ? new CloudRefusal(404, "ResourceNotFound.ServerGroup", $"The specified resource {request.Parameter(parameter)} is not found.")
            : new CloudRefusal(400, "InvalidParameter", "The specified VServerGroupId does not exist."));

    static bool IsTagged(CloudRequest request, CloudGroup group) => request.Parameter("Tag.1.Key") switch
    {
        "" => true,
        "kubernetes.do.not.delete" => request.Parameter("Tag.1.Value") == group.Tag,
        _ => false,
    };

    JsonObject Set(CloudGroup group, IReadOnlyList<NamedServer> servers)
    {
        Check(group, servers);
        cloud.Change(group.Id, server => servers.FirstOrDefault(wanted => wanted.Is(server)) is { } wanted ? server with { Weight = wanted.Weight } : server);
        return Attribute(cloud.Groups.First(found => found.Id == group.Id));
    }

    JsonObject Update(CloudGroup group, IReadOnlyList<NamedServer> servers)
    {
        Check(group, servers);
        if (group.Servers.Any(server => server.IsConfiguring)) throw new CloudRefusal(400, "IncorrectStatus.serverGroup", "The status of serverGroup is incorrect.");
        var job = new CloudJob($"job-{++_started}", time.GetUtcNow() + jobTime, group.Id, servers);
        _jobs.Add(job);
        cloud.Change(group.Id, server => servers.Any(wanted => wanted.Is(server)) ? server with { IsConfiguring = true } : server);
        return new() { ["JobId"] = job.Id, ["ServerGroupId"] = group.Id };
    }

    JsonObject Status(string id) => _jobs.Any(job => job.Id == id)
        ? new() { ["Status"] = _done.Contains(id) ? "Succeeded" : "Processing" }
        : throw new CloudRefusal(404, "ResourceNotFound.Job", $"The specified resource {id} is not found.");

    static void Check(CloudGroup group, IReadOnlyList<NamedServer> servers)
    {
        if (servers.Count is 0 or > MostServers) throw new CloudRefusal(400, "InvalidParameter", $"The number of backend servers is {servers.Count}; 1 to {MostServers} is allowed.");
        if (servers.FirstOrDefault(server => server.Weight is < 0 or > 100) is { } heavy) throw new CloudRefusal(400, "InvalidParameter", $"The Weight of backend server {heavy.Address} is {heavy.Weight}; 0 to 100 is allowed.");
        if (servers.FirstOrDefault(wanted => !group.Servers.Any(wanted.Is)) is { } absent) throw new CloudRefusal(400, "InvalidParameter", $"The backend server {absent.Address} is not in the group.");
    }

    static IReadOnlyList<NamedServer> Json(CloudRequest request)
    {
        try
        {
            return [.. JsonNode.Parse(request.Parameter("BackendServers"), new JsonNodeOptions { PropertyNameCaseInsensitive = true })!.AsArray()
                .Select(server => new NamedServer($"{server!["ServerId"]}", $"{server["ServerIp"]}", Number($"{server["Port"]}"), Number($"{server["Weight"]}")))];
        }
        catch (JsonException)
        {
            throw new CloudRefusal(400, "InvalidParameter", "The specified BackendServers is not valid.");
        }
    }

    static IReadOnlyList<NamedServer> Indexed(CloudRequest request) =>
    [
        .. Enumerable.Range(1, MostServers + 1).Select(at => $"Servers.{at}.").TakeWhile(prefix => request.Parameter($"{prefix}ServerId").Length > 0)
            .Select(prefix => new NamedServer(request.Parameter($"{prefix}ServerId"), request.Parameter($"{prefix}ServerIp"), Number(request.Parameter($"{prefix}Port")), Number(request.Parameter($"{prefix}Weight")))),
    ];

    static JsonObject Attribute(CloudGroup group) => new()
    {
        ["VServerGroupId"] = group.Id,
        ["VServerGroupName"] = group.Name,
        ["LoadBalancerId"] = group.Balancer,
        ["BackendServers"] = new JsonObject
        {
            ["BackendServer"] = Array(group.Servers, server => new()
            {
                ["ServerId"] = server.Id, ["ServerIp"] = server.Ip, ["Port"] = server.Port, ["Weight"] = server.Weight, ["Type"] = "eni", ["Description"] = server.Description,
            }),
        },
    };

    static JsonObject Network(CloudServer server) => new()
    {
        ["ServerId"] = server.Id, ["ServerIp"] = server.Ip, ["Port"] = server.Port, ["Weight"] = server.Weight, ["ServerType"] = "Eni", ["Description"] = server.Description, ["Status"] = server.IsConfiguring ? "Configuring" : "Available",
    };

    static JsonObject Page<T>(CloudRequest request, string name, IReadOnlyList<T> items, Func<T, JsonObject> shown)
    {
        var most = Number(request.Parameter("MaxResults")) is var given and > 0 ? given : 20;
        var from = Number(request.Parameter("NextToken"));
        var page = new JsonObject { [name] = Array(items.Skip(from).Take(most), shown), ["TotalCount"] = items.Count, ["MaxResults"] = most };
        if (from + most < items.Count) page["NextToken"] = $"{from + most}";
        return page;
    }

    static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> shown) => new([.. items.Select(shown)]);

    static int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
