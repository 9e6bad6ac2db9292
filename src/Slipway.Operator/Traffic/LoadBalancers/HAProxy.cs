using System.Collections.Concurrent;
using System.Globalization;
using Slipway.Applications;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Traffic.LoadBalancers;

/// <summary>Weights and draining of HAProxy's servers by its runtime API; what it answers is what is in force.</summary>
/// <param name="endpoints">Addresses by name; null for a reader, who is told what the controller has written and asks nothing.</param>
/// <param name="dial">How one is reached.</param>
/// <param name="time">The clock.</param>
sealed class HAProxy(IReadOnlyDictionary<string, string>? endpoints, HAProxyDial dial, TimeProvider time) : ILoadBalancer
{
    readonly ConcurrentDictionary<string, Answer> _answers = new();

    /// <summary>A command that was refused is refused the next second, too; until it is tried again, what stands is the refusal.</summary>
    static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10);

    sealed record Answer(DateTimeOffset At, IReadOnlyList<HAProxyServerState> Servers, string? Failure, bool IsRefusal = false);

    public WeightsSeen Look(ApplicationService service, IReadOnlyList<PodSeen> pods)
    {
        var traffic = service.Spec.Traffic!;
        if (Unknown(traffic) is { } unknown) return new() { Provider = "haproxy", Troubles = [unknown] };
        if (!_answers.TryGetValue($"{service.Key}", out var answer)) return new() { Provider = "haproxy", IsUnread = true };
        if (answer.Failure is { } failure) return new() { Provider = "haproxy", ReadAt = answer.At, Troubles = [failure] };
        var units = new List<UnitWeightSeen>();
        var troubles = new List<string>();
        foreach (var unit in traffic.Backends)
        {
            var servers = ServersOf(answer, unit.Haproxy!);
            if (servers.Count == 0) troubles.Add($"haproxy {traffic.Endpoint} has no server {unit.Haproxy!.Server} in backend {unit.Haproxy.Backend}, the place of unit {unit.Unit}");
            else
            {
                units.Add(new()
                {
                    Unit = unit.Unit,
                    Backend = $"haproxy {unit.Haproxy!.Backend}/{unit.Haproxy.Server}",
                    Setting = string.Join(',', servers.Select(server => server.Weight)),
                    Default = 1,
                    Replicas = servers.Count(server => server is { IsRunning: true, AdminState: 0 }),
                    IsInForce = true,
                });
            }
        }

        return new() { Provider = "haproxy", ReadAt = answer.At, Units = units, Troubles = troubles };
    }

    /// <summary>What it says of a service's pods; null until it was asked.</summary>
    public BalancerSeen? LookAtPods(ApplicationService service)
    {
        var name = $"haproxy {service.Spec.Traffic!.Endpoint}";
        if (Unknown(service.Spec.Traffic) is { } unknown) return new() { Name = name, At = time.GetUtcNow(), Failure = unknown };
        return _answers.TryGetValue($"{service.Key}", out var answer)
            ? new() { Name = name, At = answer.At, Failure = answer.Failure, Backends = [.. answer.Servers.Select(server => new BackendSeen(server.Name, server.Address, server.Weight, server.TakesTraffic))] }
            : null;
    }

    public async Task AskAsync(ApplicationService service, CancellationToken cancellation)
    {
        var traffic = service.Spec.Traffic!;
        if (endpoints is null || Unknown(traffic) is not null) return;
        if (_answers.TryGetValue($"{service.Key}", out var last) && last.IsRefusal && time.GetUtcNow() - last.At < AfterRefusal) return;
        try
        {
            var servers = await Talk(traffic).ServersAsync(traffic.Backends.Select(unit => unit.Haproxy!.Backend).Distinct(), cancellation);
            _answers[$"{service.Key}"] = new(time.GetUtcNow(), servers, null);
        }
        catch (IOException failure)
        {
            _answers[$"{service.Key}"] = new(time.GetUtcNow(), [], $"haproxy {traffic.Endpoint} cannot be asked: {failure.Message}");
        }
    }

    /// <summary>The runtime API has no test-and-set, so it is asked right before.</summary>
    public async Task SetAsync(ApplicationService service, IReadOnlyList<WeightWrite> writes, CancellationToken cancellation)
    {
        await AskAsync(service, cancellation);
        if (!_answers.TryGetValue($"{service.Key}", out var answer) || answer.Failure is not null) return;
        var commands = new List<string>();
        foreach (var write in writes)
        {
            var servers = ServersOf(answer, service.Spec.Traffic!.Backends.First(unit => unit.Unit == write.Unit).Haproxy!);
            if (string.Join(',', servers.Select(server => server.Weight)) != write.From) continue;
            commands.AddRange(servers.Zip(write.To.Split(',')).Select(pair => $"set server {pair.First.Backend}/{pair.First.Name} weight {int.Parse(pair.Second, CultureInfo.InvariantCulture)}"));
        }

        await SayAsync(service, commands, cancellation);
    }

    /// <summary>Lets the server at an address finish what it has, or take new requests again.</summary>
    public async Task DrainAsync(ApplicationService service, string address, bool drain, CancellationToken cancellation)
    {
        await AskAsync(service, cancellation);
        if (!_answers.TryGetValue($"{service.Key}", out var answer)) return;
        await SayAsync(service, [.. answer.Servers.Where(server => server.Address == address).Select(server => $"set server {server.Backend}/{server.Name} state {(drain ? "drain" : "ready")}")], cancellation);
    }

    async Task SayAsync(ApplicationService service, IReadOnlyList<string> commands, CancellationToken cancellation)
    {
        if (commands.Count == 0) return;
        try
        {
            await Talk(service.Spec.Traffic!).CommandAsync(commands, cancellation);
            await AskAsync(service, cancellation);
        }
        catch (IOException failure)
        {
            _answers[$"{service.Key}"] = new(time.GetUtcNow(), [], $"haproxy {service.Spec.Traffic!.Endpoint} refuses: {failure.Message}", IsRefusal: true);
        }
    }

    HAProxyConversation Talk(ServiceTraffic traffic) => new(endpoints![traffic.Endpoint!], dial, time);

    string? Unknown(ServiceTraffic traffic) =>
        endpoints is null || endpoints.ContainsKey(traffic.Endpoint ?? "") ? null : $"haproxy endpoint {traffic.Endpoint} is not known to this controller; start it with --haproxy {traffic.Endpoint}=ADDRESS";

    static List<HAProxyServerState> ServersOf(Answer answer, HAProxyServer wanted) =>
        [.. answer.Servers.Where(server => server.Backend == wanted.Backend && IsNamed(server.Name, wanted.Server)).OrderBy(server => server.Name, NaturalOrder.Names)];

    static bool IsNamed(string name, string wanted) =>
        name == wanted || (name.StartsWith(wanted, StringComparison.Ordinal) && name.AsSpan(wanted.Length).IndexOfAnyExceptInRange('0', '9') < 0);
}
