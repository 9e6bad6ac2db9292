using System.Collections.Concurrent;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>One backend's weight to set at the load balancer, on behalf of a Service.</summary>
sealed record CloudWrite(string Service, CloudBackend Backend);

/// <summary>What the cloud said last of the backends of application services, and why it did not take what was written.</summary>
sealed class CloudWeights(AlibabaAccess access, TimeProvider time)
{
    /// <summary>The most backends that one call may name.</summary>
    public const int Batch = 40;

    readonly ConcurrentDictionary<ObjectKey, CloudAnswer> _answers = new();
    readonly ConcurrentDictionary<(ObjectKey Application, string Service), string> _refused = new();
    readonly ConcurrentDictionary<(string Uid, string? Balancer), IReadOnlyList<string>> _groups = new();
    readonly ClassicGroups _classic = new(new(access, time));
    readonly NetworkGroups _network = new(new(access, time), time);

    public CloudAnswer? Of(ObjectKey application) => _answers.GetValueOrDefault(application);

    public string? Refused(ObjectKey application, string service) => _refused.GetValueOrDefault((application, service));

    /// <summary>Reads the server groups behind an application's Services, each group once.</summary>
    public async Task AskAsync(ObjectKey application, IReadOnlyList<Service> services, CancellationToken cancellation)
    {
        var read = new Dictionary<string, IReadOnlyList<CloudBackend>>();
        var found = new Dictionary<string, IReadOnlyList<CloudBackend>>();
        var troubles = new List<string>();
        try
        {
            foreach (var service in services)
            {
                var groups = await GroupsAsync(service, cancellation);
                if (groups.Count == 0) troubles.Add(NoGroup(service));
                foreach (var group in groups.Where(group => !read.ContainsKey(group))) read[group] = await ApiOf(service).ReadAsync(group, cancellation);
                found[service.Key.Name] = [.. groups.SelectMany(group => read[group])];
            }
        }
        catch (CloudException failure)
        {
            _groups.Clear();
            troubles = [$"Alibaba Cloud in {access.Region} cannot be asked: {failure.Message}"];
        }

        _answers[application] = new(time.GetUtcNow(), found, troubles);
    }

    /// <summary>Writes in batches. One that is refused is remembered with its reason, and the others are written all the same.</summary>
    public async Task SetAsync(ObjectKey application, IReadOnlyList<Service> services, IReadOnlyList<CloudWrite> writes, CancellationToken cancellation)
    {
        foreach (var service in services) _refused.TryRemove((application, service.Key.Name), out _);
        foreach (var group in writes.GroupBy(write => write.Backend.Group))
        {
            foreach (var batch in group.OrderBy(write => write.Backend.Address, NaturalOrder.Names).Chunk(Batch))
            {
                try
                {
                    await ApiOf(services.First(service => service.Key.Name == batch[0].Service)).SetAsync(group.Key, [.. batch.Select(write => write.Backend)], cancellation);
                }
                catch (CloudException failure)
                {
                    var why = $"{Named(batch)} of server group {group.Key} did not take the weight: {failure.Message}";
                    foreach (var service in batch.Select(write => write.Service).Distinct()) _refused.TryAdd((application, service), why);
                }
            }
        }
    }

    static string Named(IReadOnlyList<CloudWrite> batch) => batch.Count switch
    {
        1 => $"backend {batch[0].Backend.Address}",
        var count => $"{count} backends, {batch[0].Backend.Address} to {batch[^1].Backend.Address}",
    };

    IServerGroups ApiOf(Service service) => service.Cloud is { IsNetwork: true } ? _network : _classic;

    /// <summary>Groups do not change while their load balancer stays; they are looked for again after a failure.</summary>
    async Task<IReadOnlyList<string>> GroupsAsync(Service service, CancellationToken cancellation)
    {
        if (service.Cloud is { Groups: { Count: > 0 } reused }) return reused;
        var key = (service.Uid, service.Cloud?.LoadBalancer);
        if (_groups.TryGetValue(key, out var known)) return known;
        var groups = await ApiOf(service).FindAsync(service, cancellation);
        if (groups.Count > 0) _groups[key] = groups;
        return groups;
    }

    static string NoGroup(Service service) => service.Cloud switch
    {
        { IsNetwork: false, LoadBalancer: null } => $"Service {service.Key.Name} has no load balancer on Alibaba Cloud yet: label service.k8s.alibaba/loadbalancer-id is absent",
        { LoadBalancer: { } balancer } => $"Load balancer {balancer} has no server group of Service {service.Key.Name}",
        _ => $"Alibaba Cloud has no server group of Service {service.Key.Name}",
    };
}

/// <summary>What the cloud said: backends by Service, or why it could not say.</summary>
sealed record CloudAnswer(DateTimeOffset At, IReadOnlyDictionary<string, IReadOnlyList<CloudBackend>> Backends, IReadOnlyList<string> Troubles);
