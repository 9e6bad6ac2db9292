using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Faults;

namespace Slipway.Tests.Sandbox.Faults;

/// <summary>A sandbox without controllers on a virtual clock, reached as clients reach it.</summary>
sealed class FaultWorld : IAsyncDisposable
{
    readonly VirtualTime _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    readonly SandboxCluster _cluster;
    readonly HttpMessageInvoker _api;

    public FaultWorld()
    {
        _cluster = new(new() { Context = new Immediately() }, _time);
        _api = new(_cluster.CreateHandler());
    }

    public FaultSwitch Faults => _cluster.Faults;

    public void Fault(string rule) => Faults.Add(FaultRule.Parse(rule));

    public void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    public async Task<(HttpStatusCode Code, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var answer = await AnswerAsync(method, path, body);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }

    public async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, $"http://sandbox{path}");
        request.Headers.UserAgent.ParseAdd("tester/1.0");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        return await _api.SendAsync(request, CancellationToken.None);
    }

    public Task<HttpResponseMessage> PatchAsync(string name, string colour) =>
        AnswerAsync(HttpMethod.Patch, $"/api/v1/namespaces/default/configmaps/{name}", $$"""{ "data": { "colour": "{{colour}}" } }""", "application/merge-patch+json");

    public async Task<string?> ColourAsync(string name = "settings") =>
        (await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/default/configmaps/{name}")).Body.TryGetProperty("data", out var data) ? data.GetProperty("colour").GetString() : null;

    /// <summary>Writes past the API server, as the sandbox's own controllers do.</summary>
    public void Write(string name, string colour)
    {
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" }, ["data"] = new JsonObject { ["colour"] = colour } };
        if (_cluster.Objects.Get(Kinds.ConfigMaps, new("default", name)) is null) _cluster.Objects.Create(Kinds.ConfigMaps, body);
        else _cluster.Objects.Update(Kinds.ConfigMaps, body);
    }

    public void Remove(string name) => _cluster.Objects.Delete(Kinds.ConfigMaps, new("default", name));

    /// <summary>Opens a watch of config maps from now on.</summary>
    public async Task<WatchReader> WatchAsync()
    {
        var version = (await SendAsync(HttpMethod.Get, "/api/v1/configmaps")).Body.GetProperty("metadata").GetProperty("resourceVersion").GetString();
        var answer = await AnswerAsync(HttpMethod.Get, $"/api/v1/configmaps?watch=true&resourceVersion={version}");
        return new(answer, await answer.Content.ReadAsStreamAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _cluster.DisposeAsync();
    }

    /// <summary>Runs what is posted where it is posted.</summary>
    sealed class Immediately : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }
}

/// <summary>What a watch has brought so far.</summary>
sealed class WatchReader(HttpResponseMessage answer, Stream body) : IDisposable
{
    readonly StringBuilder _text = new();
    readonly byte[] _buffer = new byte[64 * 1024];
    Task<int>? _reading;

    public bool HasEnded { get; private set; }

    /// <summary>The events that have arrived, as <c>TYPE colour</c>.</summary>
    public IReadOnlyList<string> Events
    {
        get
        {
            while (!HasEnded)
            {
                _reading ??= body.ReadAsync(_buffer).AsTask();
                if (!_reading.IsCompleted) break;
                var count = _reading.Result;
                HasEnded = count == 0;
                _text.Append(Encoding.UTF8.GetString(_buffer, 0, count));
                _reading = null;
            }

            return [.. _text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
                .Select(happened => $"{happened.GetProperty("type").GetString()} {happened.GetProperty("object").GetProperty("data").GetProperty("colour").GetString()}")];
        }
    }

    public void Dispose()
    {
        body.Dispose();
        answer.Dispose();
    }
}
