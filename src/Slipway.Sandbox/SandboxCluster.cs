using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Access.Oidc;
using Slipway.Sandbox.ApiServer.Http;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Faults;
using Slipway.Sandbox.Imports;
using Slipway.Sandbox.Storage;
using ControlPlane = Slipway.Sandbox.Workloads.ControlPlane;

namespace Slipway.Sandbox;

/// <summary>A make-believe node.</summary>
public sealed record SandboxNode(string Name, IReadOnlyDictionary<string, string> Labels);

/// <summary>What the sandbox is made of.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where controllers and kubelets run, one step at a time. Null: a thread of the sandbox's own.</summary>
    public SynchronizationContext? Context { get; init; }

    /// <summary>Chance for names, UIDs and jitter; the same seed gives the same names.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Pods have addresses of this machine (127.b.n.m, of a block b of this cluster alone), for an edge or a proxy that reaches them.</summary>
    public bool LoopbackPods { get; init; }

    /// <summary>
    /// Controllers, scheduler and kubelets tell what they do as Events, which go after an hour. Off, nothing of it is computed: they
    /// take more memory than the pods they are about.
    /// </summary>
    public bool RecordsEvents { get; init; }

    /// <summary>Nodes to begin with.</summary>
    public IReadOnlyList<SandboxNode> Nodes { get; init; } = [];

    /// <summary>Roles and bindings decide every request; else everyone may do everything.</summary>
    public bool Rbac { get; init; }

    /// <summary>Who can sign in with a token.</summary>
    public IReadOnlyList<SandboxUser> Users { get; init; } = [];

    /// <summary>
    /// Where resource versions begin. A server that takes the place of another at its address begins higher, as a restored etcd has to: else
    /// clients would go on watching from a version that is yet to come.
    /// </summary>
    public long FirstVersion { get; init; } = 1;

    /// <summary>Whose ID tokens are accepted as well; null: nobody's.</summary>
    public IssuerOptions? Issuer { get; init; }

    public const string NewestKubernetes = "v1.33.0";

    /// <summary>What <c>/version</c> reports; nothing is served otherwise for it.</summary>
    public string KubernetesVersion { get; init; } = NewestKubernetes;
}

/// <summary>A small Kubernetes in this process: API server, built-in controllers, make-believe nodes, on any clock.</summary>
public sealed class SandboxCluster : IAsyncDisposable
{
    static readonly string[] FirstNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    readonly ApiRequests _requests;
    readonly ControlPlane _controlPlane;
    readonly SandboxOptions _options;
    readonly IDisposable _definitions;
    HttpServer? _server;

    public SandboxCluster(SandboxOptions options, TimeProvider time)
    {
        _options = options;
        Objects = new(new ObjectStore(options.FirstVersion), new KindRegistry(), time, options.Seed);
        var issued = options.Issuer is { } issuer ? new IssuedTokens(issuer) : null;
        var accounts = new Accounts(Objects, time, options.Users, options.Rbac ? null : UserInfo.Anyone, issued);
        var roles = options.Rbac ? new RoleAuthorizer(Objects) : null;
        Access = new(accounts, roles);
        if (roles is not null) Objects.Grants = new GrantAdmission(roles).Admit;
        Faults = new(time, () => Objects.Store.Version);
        _requests = new(Objects, time, Faults, options.KubernetesVersion, accounts, Access);
        _controlPlane = new(Objects, options, time);
        _definitions = Objects.Watch(Kinds.CustomResourceDefinitions, OnDefinition);
        BootstrapRoles.Create(Objects);
        foreach (var name in FirstNamespaces)
        {
            Objects.Create(Kinds.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }

        // As in any cluster, the first versions are compacted away before anybody asks.
        Objects.Store.Compact();
    }

    /// <summary>The API server from within.</summary>
    public Objects Objects { get; }

    /// <summary>Who may do what.</summary>
    public AccessCheck Access { get; }

    /// <summary>Watches that clients hold open now.</summary>
    public int OpenWatches => _requests.OpenWatches;

    /// <summary>What goes wrong, on request.</summary>
    public FaultSwitch Faults { get; }

    /// <summary>Takes up a part of another cluster. Before <see cref="Start"/>, so that no controller sees half of it.</summary>
    public void TakeUp(ClusterCopy copy)
    {
        lock (Objects.Store.Gate)
        {
            foreach (var copied in copy.Cleaned()) Objects.TakeUp(copied.Type, copied.Body);
        }
    }

    /// <summary>Starts controllers, scheduler and kubelets. Their work is posted to <see cref="SandboxOptions.Context"/>.</summary>
    public void Start() => _controlPlane.Start();

    /// <summary>Has every valid write of a request admitted, beyond what the sandbox asks itself.</summary>
    public void Admit(Admission admission) => Objects.Admissions = [.. Objects.Admissions, admission];

    /// <summary>A transport that reaches the API server without a socket, with every right. Completes synchronously unless a watch waits.</summary>
    public HttpMessageHandler CreateHandler() => new InProcessHandler(_requests, _options.Context, Credentials.InProcess);

    /// <summary>A transport without a socket for whom the request's <c>Authorization</c> header names.</summary>
    public HttpMessageHandler CreateUserHandler() => new InProcessHandler(_requests, _options.Context, null);

    /// <summary>Serves HTTP (or HTTPS with a certificate of its own) on 127.0.0.1; port 0 picks a free one.</summary>
    public async Task<SandboxAddress> ServeAsync(int port, bool tls, CancellationToken cancellation)
    {
        _server = await HttpServer.StartAsync(_requests, port, tls, _options.Users, cancellation);
        return _server.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _definitions.Dispose();
        _controlPlane.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Serves what a definition defines from the moment it is stored, and nothing of it once it is gone.</summary>
    void OnDefinition(ObjectChange change)
    {
        var spec = change.Object.Json.At("spec");
        var (group, plural) = (spec.At("group").Text() ?? "", spec.At("names", "plural").Text() ?? "");
        if (change.New is not null)
        {
            Objects.Kinds.Replace(group, plural, CustomKinds.From(change.New.Json));
            return;
        }

        foreach (var type in Objects.Kinds.All.Select(kind => kind.Type).Where(type => type.Group == group && type.Plural == plural).ToList())
        {
            foreach (var found in Objects.List(type)) Objects.Store.Remove(type, found.Key);
        }

        Objects.Kinds.Replace(group, plural, []);
    }
}

/// <summary>Where a served sandbox is reached.</summary>
public sealed record SandboxAddress(Uri Url, string Kubeconfig);
