using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using k8s;
using Slipway.Cli.Commands;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Xunit;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>An API server the checks are held against, and the namespaces the run made in it.</summary>
sealed class Target
{
    readonly Func<HttpRequestMessage, CancellationToken, Task> _authenticate;
    readonly Lazy<HttpClient> _client;
    readonly Lazy<HttpClient> _bare;
    readonly ConcurrentDictionary<string, Lazy<Task>> _namespaces = new();
    readonly SandboxCluster? _sandbox;
    readonly ClusterProbe _probe;
    ConcurrentDictionary<string, bool>? _guarded;

    Target(string name, Lazy<HttpClient> client, Lazy<HttpClient> bare, TimeSpan poll, Func<HttpRequestMessage, CancellationToken, Task>? authenticate = null, SandboxCluster? sandbox = null)
    {
        (Name, _client, _bare, Poll, _sandbox) = (name, client, bare, poll, sandbox);
        _authenticate = authenticate ?? ((_, _) => Task.CompletedTask);
        _probe = new(this);
    }

    public string Name { get; }

    /// <summary>How long to wait between two looks.</summary>
    public TimeSpan Poll { get; }

    /// <summary>Different in every run.</summary>
    public string Run { get; } = RandomNumberGenerator.GetHexString(6, lowercase: true);

    /// <summary>A sandbox whose clock runs fast: nothing in a check depends on how fast.</summary>
    public static Target Sandbox()
    {
        var nodes = Enumerable.Range(1, 3).Select(n => new SandboxNode($"node-{n}", new Dictionary<string, string>())).ToList();
        var sandbox = new SandboxCluster(new() { Nodes = nodes, Rbac = true, RecordsEvents = true }, new ScaledTime(TimeProvider.System, 25));
        var guarded = new ConcurrentDictionary<string, bool>();
        sandbox.Admit((request, user) => SandboxAdmission.Admit(request, user, guarded.ContainsKey(request.Namespace) ? sandbox.Access : null));
        return new("sandbox", new(() => Started(sandbox)), new(() => Reaching(sandbox.CreateUserHandler())), TimeSpan.FromMilliseconds(10), sandbox: sandbox) { _guarded = guarded };
    }

    public static Target Given(string kubeconfig)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(new FileInfo(kubeconfig));
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        var client = new Kubernetes(configuration);
        client.HttpClient.BaseAddress = client.BaseUri;
        var nobody = new KubernetesClientConfiguration { Host = configuration.Host, SslCaCerts = configuration.SslCaCerts, SkipTlsVerify = configuration.SkipTlsVerify, TlsServerName = configuration.TlsServerName, HttpClientTimeout = Timeout.InfiniteTimeSpan };
        var bare = new Kubernetes(nobody);
        bare.HttpClient.BaseAddress = bare.BaseUri;
        return new("cluster", new(client.HttpClient), new(bare.HttpClient), TimeSpan.FromMilliseconds(250), (request, cancellation) => client.Credentials?.ProcessHttpRequestAsync(request, cancellation) ?? Task.CompletedTask);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        await _authenticate(request, cancellation);
        return await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Sends a request with the credentials it carries itself, or none.</summary>
    public Task<HttpResponseMessage> SendBareAsync(HttpRequestMessage request, CancellationToken cancellation) => _bare.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <summary>Makes a namespace, once, and waits for its service account, without which pods are refused.</summary>
    public async Task EnsureNamespaceAsync(string ns)
    {
        var made = _namespaces.GetOrAdd(ns, name => new(() => CreateNamespaceAsync(name)));
        if (made.Value.IsFaulted) _namespaces.TryUpdate(ns, new(() => CreateNamespaceAsync(ns)), made);
        await _namespaces[ns].Value;
    }

    /// <summary>Whether it evaluates no CEL: rules are C# there.</summary>
    public bool IsSandbox => _sandbox is not null;

    /// <summary>Our definitions and admission policies on it.</summary>
    public ShippedRules Rules => field ??= new(this);

    /// <summary>From now on the sandbox asks in a namespace who may write what.</summary>
    public void Guard(string ns) => _guarded![ns] = true;

    /// <summary>Takes away what the run made; what cannot be is left, and said.</summary>
    public async Task CleanUpAsync()
    {
        await Try("our definitions", Rules.RemoveAsync);
        foreach (var ns in _namespaces.Keys) await Try(ns, () => RemoveAsync(ns));
        if (_sandbox is not null) await _sandbox.DisposeAsync();
    }

    /// <summary>A check that failed halfway may have left finalizers, which would keep the namespace for ever.</summary>
    async Task RemoveAsync(string ns)
    {
        var cluster = new Cluster(this, "");
        await cluster.Delete($"/api/v1/namespaces/{ns}");
        foreach (var plural in (string[])["configmaps", "pods"])
        {
            var path = $"/api/v1/namespaces/{ns}/{plural}";
            foreach (var held in (await cluster.Get(path)).Items.Where(item => item.Find("metadata.finalizers").ValueKind == JsonValueKind.Array))
            {
                await cluster.Free($"{path}/{held.Find("metadata.name").Word()}");
            }
        }
    }

    static async Task Try(string what, Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or JsonException or Xunit.Sdk.XunitException)
        {
            Console.WriteLine($"{what} could not be taken away: {failure.Message}");
        }
    }

    static HttpClient Started(SandboxCluster sandbox)
    {
        sandbox.Start();
        return Reaching(sandbox.CreateHandler());
    }

    static HttpClient Reaching(HttpMessageHandler handler) => new(handler) { BaseAddress = new("http://sandbox"), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Why a check cannot be held against this cluster; null when it can.</summary>
    public Task<string?> LacksAsync(ClusterPart part) => _probe.LacksAsync(part);

    async Task CreateNamespaceAsync(string ns)
    {
        var cluster = new Cluster(this, "");
        var made = await cluster.Post("/api/v1/namespaces", Manifests.Namespace(ns));
        Assert.True(made.Code is 201 or 409, $"namespace {ns} is answered {made.Code}: {made.Text}");
        var accounts = $"/api/v1/namespaces/{ns}/serviceaccounts";
        if (await LacksAsync(ClusterPart.Controllers) is not null) await cluster.Post(accounts, """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"} }""").Is(201);
        else await cluster.Until("the default service account exists", () => cluster.Get($"{accounts}/default"), answer => answer.Code == 200);
    }
}
