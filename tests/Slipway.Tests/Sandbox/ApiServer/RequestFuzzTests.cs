using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Slipway.Sandbox;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.Clocks;
using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Sandbox.ApiServer;

/// <summary>Whatever is sent, the server answers as an API server does, and no write is lost. SLIPWAY_FUZZ says how many requests a seed.</summary>
public sealed class RequestFuzzTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    static readonly int Requests = int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_FUZZ"), out var many) ? many : 3_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_request_is_answered_with_an_internal_error_and_no_write_is_lost(int seed)
    {
        var context = new SimulationContext(0);
        var time = new VirtualTime(Start);
        await using var cluster = new SandboxCluster(new() { Context = context, Nodes = [new("node-1", new Dictionary<string, string>())] }, time);
        cluster.Start();
        using var client = new HttpClient(cluster.CreateHandler()) { BaseAddress = new("http://sandbox") };
        var seen = new Dictionary<string, string>();
        using var watch = cluster.Objects.Watch(Slipway.Resources.Kinds.ConfigMaps, change => Follow(seen, change));
        var fuzz = new RequestFuzz(seed);
        var codes = new SortedDictionary<int, int>();

        for (var n = 0; n < Requests; n++)
        {
            if (n % 200 == 0) Prepare(client);
            var request = fuzz.Next();
            var (code, body) = Send(client, request);
            codes[code] = codes.GetValueOrDefault(code) + 1;
            Assert.True(code is (>= 200 and < 300) or (>= 400 and < 500) or 504 || IsManyBudgets(body), $"request {n} of seed {seed}: {request.Method} {request.Path} {request.ContentType} is answered {code}: {body}\n{(request.Body is null ? "" : Encoding.UTF8.GetString(request.Body))}");
            if (code is 200 or 201 && body.StartsWith('{') && IsWrite(request)) AssertStored(cluster, body, $"request {n} of seed {seed}: {request.Method} {request.Path}");
            if (n % 50 == 0) Assert.True(Live(context, time), $"after request {n} of seed {seed} the controllers do not come to rest");
        }

        Assert.Equal(cluster.Objects.List(Slipway.Resources.Kinds.ConfigMaps).ToDictionary(found => found.Key.ToString(), found => found.Json.GetRawText()), seen);
        Assert.True(codes.GetValueOrDefault(201) > Requests / 50 && codes.GetValueOrDefault(200) > Requests / 20 && codes.GetValueOrDefault(422) > 0, $"the requests are too wild to mean anything: {string.Join(", ", codes)}");
    }

    /// <summary>What requests need to find, again and again, since they delete it.</summary>
    static void Prepare(HttpClient client)
    {
        Send(client, new("POST", "/api/v1/namespaces", """{"metadata":{"name":"fuzz"}}"""u8.ToArray(), "application/json", "*/*"));
        Send(client, new("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Encoding.UTF8.GetBytes(RequestFuzz.Definition), "application/json", "*/*"));
    }

    static bool IsManyBudgets(string body) => body.Contains("more than one PodDisruptionBudget");

    static bool IsWrite(FuzzedRequest request) => request.Method is "POST" or "PUT" or "PATCH" && !request.Path.Contains("dryRun") && request.Accept is "application/json" or "*/*" && !request.Path.Contains("/scale") && !request.Path.Contains("/eviction") && !request.Path.Contains("/binding");

    static void AssertStored(SandboxCluster cluster, string body, string request)
    {
        var json = JsonElement.Parse(body);
        if (json.At("metadata", "uid").Text() is not { } uid || json.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String) return;
        var found = cluster.Objects.Kinds.All.Where(kind => kind.Type.Kind == json.At("kind").Text() && kind.Type.ApiVersion == json.At("apiVersion").Text())
            .Select(kind => cluster.Objects.Get(kind.Type, new(json.At("metadata", "namespace").Text() ?? "", json.At("metadata", "name").Text()!))).FirstOrDefault();
        Assert.True(found?.Uid == uid && found.ResourceVersion.ToString() == json.At("metadata", "resourceVersion").Text(), $"{request} is answered with an object that is not stored");
    }

    static void Follow(Dictionary<string, string> seen, Slipway.Sandbox.Storage.ObjectChange change)
    {
        if (change.New is null) seen.Remove(change.Object.Key.ToString());
        else seen[change.Object.Key.ToString()] = change.New.Json.GetRawText();
    }

    /// <summary>Controllers and kubelets take their turns as well, on what the requests left; false when there is no end to it.</summary>
    static bool Live(SimulationContext context, VirtualTime time)
    {
        const int Plenty = 200_000;
        var (limit, turns) = (time.GetUtcNow().AddSeconds(1), 0);
        do
        {
            while (context.RunOne())
            {
                if (++turns > Plenty) return false;
            }
        }
        while (time.RunNext(limit));
        return true;
    }

    static (int Code, string Body) Send(HttpClient client, FuzzedRequest request)
    {
        using var message = new HttpRequestMessage(new(request.Method), new Uri($"http://sandbox{request.Path}"));
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        if (request.Body is not null)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType!);
        }

        // The answer is complete on return; the body of a watch is not waited for.
        using var response = client.Send(message, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
        return ((int)response.StatusCode, response.Content.Headers.ContentLength is null ? "" : response.Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }
}
