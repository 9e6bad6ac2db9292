using System.Text;
using System.Text.Json.Nodes;
using Slipway.Operator.Schemas;
using Slipway.Resources;
using Slipway.Sandbox;
using Slipway.Sandbox.Clocks;
using Xunit;

namespace Slipway.Tests.Rules;

/// <summary>
/// The CEL of <c>deploy/</c>, evaluated by an implementation of npm's, against the corpus. The sandbox's form, which is TicketRules and the like, and
/// a real server's are held against the same corpus by the conformance suite.
/// </summary>
public sealed class CelRuleTests
{
    const string User = "jane@example.com";

    public static TheoryData<string> Files => [.. RuleCorpus.Files.Keys];

    [Fact]
    public void The_corpus_has_at_least_120_objects() => Assert.True(RuleCorpus.Files.Keys.Sum(file => RuleCorpus.Read(file).Count) >= 120);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Schema_CEL_and_policies_judge_as_the_corpus_says(string file)
    {
        Assert.SkipWhen(CelEvaluation.Missing is not null, CelEvaluation.Missing ?? "");
        var type = RuleCorpus.Files[file];
        var definition = RuleCorpus.Yaml($"deploy/crds/{type.Plural}.{type.Group}.yaml")[0];
        var schema = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        var policy = RuleCorpus.Yaml("deploy/admission.yaml")[0];
        await using var world = new SchemaWorld(type);

        var judged = RuleCorpus.Read(file).Select((item, index) => (Case: item, Questions: Questions(world, schema, policy, item, $"case-{index}"))).ToList();
        var answers = await CelEvaluation.AskAsync(judged.SelectMany(one => one.Questions ?? []), TestContext.Current.CancellationToken);

        var (wrong, at) = (new List<string>(), 0);
        foreach (var (item, questions) in judged)
        {
            var mine = answers.Skip(at).Take(questions?.Count ?? 0).ToList();
            at += mine.Count;
            var broken = mine.Select((answer, n) => (Answer: answer, questions![n].Expression)).Where(one => !one.Answer.Holds).ToList();
            wrong.AddRange(broken.Where(one => one.Answer.Error is not null).Select(one => $"{item.It}: {one.Expression}: {one.Answer.Error}"));
            var isRefused = questions is null || broken.Count > 0;
            if (isRefused != (item.Verdict == Verdict.Refused)) wrong.Add($"{item.It}: {(questions is null ? "refused by the schema" : isRefused ? $"refused by {broken[0].Expression}" : "accepted")}");
        }

        Assert.Empty(wrong);
    }

    /// <summary>Null where the schema refuses the object by itself.</summary>
    static List<CelQuestion>? Questions(SchemaWorld world, JsonNode schema, JsonNode policy, RuleCase item, string name)
    {
        name = item.Name ?? name;
        if (world.Write(name, RuleCase.With(item.Spec, User, name), item.Old is { } old ? RuleCase.With(old, User, name) : null) is not var (written, stored)) return null;
        var asked = CelQuestion.Of(schema, written, stored);
        if (item.May is not null) asked = asked.Concat(CelQuestion.Of(policy, written, stored, User, item.Rights(User, name)));
        return [.. asked];
    }

    /// <summary>A sandbox that has a definition and nothing else to say: the object with its defaults, or nothing.</summary>
    sealed class SchemaWorld : IAsyncDisposable
    {
        readonly SandboxCluster cluster = new(new() { Context = new SynchronizationContext() }, new VirtualTime(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        readonly ResourceType type;
        readonly HttpMessageInvoker transport;

        public SchemaWorld(ResourceType type)
        {
            this.type = type;
            cluster.Objects.Create(Kinds.CustomResourceDefinitions, ShippedKinds.All.Single(kind => kind.Type == type).Definition());
            transport = new(cluster.CreateHandler());
        }

        public (JsonObject Written, JsonObject? Stored)? Write(string name, JsonObject spec, JsonObject? old)
        {
            var stored = old is null ? null : Send(HttpMethod.Post, "", name, old) ?? throw new InvalidOperationException($"what is stored before is refused: {old.ToJsonString()}");
            var written = stored is null ? Send(HttpMethod.Post, "?dryRun=All", name, spec) : Send(HttpMethod.Put, $"/{name}?dryRun=All", name, spec);
            return written is null ? null : (written, stored);
        }

        public async ValueTask DisposeAsync() => await cluster.DisposeAsync();

        JsonObject? Send(HttpMethod method, string path, string name, JsonObject spec)
        {
            var body = new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec.DeepClone() };
            if (method == HttpMethod.Put) body["metadata"]!["resourceVersion"] = cluster.Objects.Get(type, new("default", name))!.Json.GetProperty("metadata").GetProperty("resourceVersion").GetString();
            using var request = new HttpRequestMessage(method, $"http://sandbox/apis/{type.ApiVersion}/namespaces/default/{type.Plural}{path}") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
            using var response = transport.Send(request, CancellationToken.None);
            using var text = new StreamReader(response.Content.ReadAsStream());
            return response.IsSuccessStatusCode ? JsonNode.Parse(text.ReadToEnd())!.AsObject() : null;
        }
    }
}
