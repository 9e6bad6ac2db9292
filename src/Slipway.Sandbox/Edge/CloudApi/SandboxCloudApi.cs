using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Slipway.Sandbox.Edge.CloudApi;

/// <summary>
/// The API of the make-believe cloud: SLB and NLB actions on the backends that <see cref="SandboxCloud"/> has, for requests that are
/// signed by a key it knows (RPC version 1.0 or ACS3-HMAC-SHA256), in this process or on a loopback port.
/// </summary>
public sealed class SandboxCloudApi : IAsyncDisposable
{
    readonly CloudActions _actions;
    readonly CloudKeys _keys;
    readonly TimeProvider _time;
    readonly Lock _lock = new();
    readonly List<CloudFault> _faults = [];
    readonly Dictionary<CloudFault, int> _met = new(ReferenceEqualityComparer.Instance);
    readonly List<CloudCallSeen> _calls = [];
    WebApplication? _server;

    /// <param name="cloud">What is asked about and changed.</param>
    /// <param name="keys">Those that may sign.</param>
    /// <param name="time">The cloud's clock.</param>
    /// <param name="jobTime">How long a change of a Network Load Balancer takes.</param>
    public SandboxCloudApi(SandboxCloud cloud, IReadOnlyList<CloudKey> keys, TimeProvider time, TimeSpan jobTime = default) =>
        (_actions, _keys, _time) = (new(cloud, time, jobTime), new(keys, time), time);

    /// <summary>Where it is served; null until it is.</summary>
    public Uri? Url { get; private set; }

    /// <summary>What was called so far.</summary>
    public IReadOnlyList<CloudCallSeen> Calls
    {
        get
        {
            lock (_lock) return [.. _calls];
        }
    }

    /// <summary>Has calls refused from now on.</summary>
    public void Fail(CloudFault fault)
    {
        lock (_lock) _faults.Add(fault);
    }

    /// <summary>No call is refused any more.</summary>
    public void Heal()
    {
        lock (_lock) _faults.Clear();
    }

    /// <summary>A transport that reaches it without a socket. Completes synchronously.</summary>
    public HttpMessageHandler CreateHandler() => new InProcess(this);

    /// <summary>Serves on 127.0.0.1; port 0 picks a free one.</summary>
    public async Task ServeAsync(int port, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            // Forty backends in a query are more than Kestrel's usual 8 KiB.
            options.Limits.MaxRequestLineSize = 64 * 1024;
            options.Limits.MaxRequestBufferSize = 256 * 1024;
            options.Listen(IPAddress.Loopback, port);
        });
        _server = builder.Build();
        _server.Run(ServeAsync);
        await _server.StartAsync(cancellation);
        Url = new(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var (status, json) = Answer(new()
        {
            Method = context.Request.Method,
            Host = context.Request.Host.Value ?? "",
            Query = CloudRequest.Pairs(context.Request.QueryString.Value ?? ""),
            Headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            Body = body.ToArray(),
        });
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    (int Status, string Json) Answer(CloudRequest request)
    {
        lock (_lock)
        {
            var id = $"{_calls.Count + 1:X8}";
            try
            {
                _keys.Check(request);
                if (Befallen(request) is { } fault) throw new CloudRefusal(fault.Status, fault.Code, fault.Message);
                _actions.CatchUp();
                var answer = _actions.Answer(request);
                answer["RequestId"] = id;
                Note(request, 200);
                return (200, answer.ToJsonString());
            }
            catch (CloudRefusal refusal)
            {
                Note(request, refusal.Status);
                return (refusal.Status, new JsonObject { ["RequestId"] = id, ["HostId"] = request.Host, ["Code"] = refusal.Code, ["Message"] = refusal.Message }.ToJsonString());
            }
        }
    }

    void Note(CloudRequest request, int status) => _calls.Add(new(request.Action, _time.GetUtcNow(), status, CloudActions.Named(request).Count));

    CloudFault? Befallen(CloudRequest request)
    {
        foreach (var fault in _faults)
        {
            if (fault.Action is { } action && action != request.Action) continue;
            if (fault.Backend is { } backend && CloudActions.Named(request).All(server => server.Address != backend)) continue;
            var met = _met[fault] = _met.GetValueOrDefault(fault) + 1;
            if (met > fault.Skip && (fault.Times is null || met <= fault.Skip + fault.Times)) return fault;
        }

        return null;
    }

    sealed class InProcess(SandboxCloudApi api) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var body = new MemoryStream();
            request.Content?.CopyTo(body, null, cancellationToken);
            var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>());
            var (status, json) = api.Answer(new()
            {
                Method = request.Method.Method,
                Host = request.RequestUri!.Authority,
                Query = CloudRequest.Pairs(request.RequestUri.Query),
                Headers = headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value)),
                Body = body.ToArray(),
            });
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/json") });
        }
    }
}
