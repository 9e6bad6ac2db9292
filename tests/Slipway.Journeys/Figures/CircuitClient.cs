using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Slipway.Journeys.Figures;

/// <summary>A browser's part of a Blazor circuit without the browser: it takes every batch, says it is drawn, and keeps a list of 600 pixels open.</summary>
sealed partial class CircuitClient : IAsyncDisposable
{
    readonly HubConnection _hub;
    int _batches;
    long _bytes;

    CircuitClient(HubConnection hub) => _hub = hub;

    public int Batches => Volatile.Read(ref _batches);

    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<CircuitClient> OpenAsync(Uri root, string path, CookieContainer cookies, CancellationToken cancellation)
    {
        var page = new Uri(root, path);
        using var handler = new SocketsHttpHandler { CookieContainer = cookies };
        using var http = new HttpClient(handler);
        var html = await http.GetStringAsync(page, cancellation);
        var builder = new HubConnectionBuilder().WithUrl(new Uri(root, "_blazor"), connection =>
        {
            connection.Cookies = cookies;
            connection.Headers["Origin"] = root.GetLeftPart(UriPartial.Authority);
        });
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPack());
        var client = new CircuitClient(builder.Build());
        client.Listen();
        await client._hub.StartAsync(cancellation);
        var state = State().Match(html) is { Success: true } found ? found.Groups["state"].Value : "";
        var circuit = await client._hub.InvokeAsync<string?>("StartCircuit", root.ToString(), page.ToString(), "[]", state, cancellation);
        if (circuit is null) throw new InvalidOperationException($"no circuit was opened for {page}");
        var operations = new JsonArray([.. Markers().Matches(html).Select((marker, n) => new JsonObject { ["type"] = "add", ["ssrComponentId"] = n + 1, ["marker"] = JsonNode.Parse(marker.Groups["json"].Value) })]);
        await client._hub.SendAsync("UpdateRootComponents", new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(), state, cancellation);
        return client;
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    void Listen()
    {
        _hub.On<int, byte[]>("JS.RenderBatch", async (batch, bytes) =>
        {
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _bytes, bytes.Length);
            await _hub.SendAsync("OnRenderCompleted", batch, (string?)null);
        });
        _hub.On<int, string>("JS.AttachComponent", (_, _) => { });
        _hub.On<int>("JS.EndUpdateRootComponents", _ => { });
        _hub.On<long, string, string, int, long, int>("JS.BeginInvokeJS", async (call, name, arguments, _, _, _) =>
        {
            if (call != 0) await _hub.SendAsync("EndInvokeJSFromDotNet", call, true, $"[{call},true,null]");
            if (!name.EndsWith("Virtualize.init", StringComparison.Ordinal)) return;
            var list = JsonDocument.Parse(arguments).RootElement[0].GetProperty("__dotNetObject").GetInt64();
            await _hub.SendAsync("BeginInvokeDotNetFromJS", "1", (string?)null, "OnSpacerAfterVisible", list, "[600,600,600]");
        });
        _hub.On<string, bool, string>("JS.EndInvokeDotNet", (_, _, _) => { });
    }

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[^-]*?)-->", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex State();

    [GeneratedRegex("<!--Blazor:(?<json>\\{\"type\":\"server\".*?\\})-->", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Markers();

    /// <summary>MessagePack under the name that Blazor's hub asks for.</summary>
    sealed class BlazorPack : IHubProtocol
    {
        readonly MessagePackHubProtocol _pack = new();

        public string Name => "blazorpack";

        public int Version => 1;

        public TransferFormat TransferFormat => TransferFormat.Binary;

        public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _pack.GetMessageBytes(message);

        public bool IsVersionSupported(int version) => true;

        public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message) => _pack.TryParseMessage(ref input, binder, out message);

        public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _pack.WriteMessage(message, output);
    }
}
