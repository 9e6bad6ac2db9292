using System.Text.Json.Nodes;
using Slipway.Resources;
using Slipway.Tests.Conformance.Clusters;
using Slipway.Tests.Rules;
using Xunit;
using static Slipway.Tests.Conformance.Clusters.Rights;

namespace Slipway.Tests.Conformance;

/// <summary>Our own kinds: a server that evaluates <c>deploy/</c> and the sandbox, which has the rules in C#, judge one corpus alike.</summary>
public sealed class ShippedRuleChecks : Checks
{
    [Check]
    public Task Tickets_are_judged_as_the_corpus_says(Cluster cluster) => Judge(cluster, "opstickets");

    [Check]
    public Task Changes_of_tickets_are_judged_as_the_corpus_says(Cluster cluster) => Judge(cluster, "opsticket-updates");

    [Check]
    public Task Records_of_groups_are_judged_as_the_corpus_says(Cluster cluster) => Judge(cluster, "opsticketgroups");

    [Check]
    public Task Application_services_are_judged_as_the_corpus_says(Cluster cluster) => Judge(cluster, "applicationservices");

    [Check]
    public async Task Cafe_deployments_and_their_sets_are_judged_as_the_corpus_says(Cluster cluster)
    {
        await Judge(cluster, "cafedeployments");
        await Judge(cluster, "inplacesets");
    }

    [Check]
    public async Task Who_may_write_what_on_a_ticket_is_judged_as_the_corpus_says(Cluster cluster)
    {
        await cluster.Target.Rules.EnsureAsync(cluster);
        var guarded = cluster.In("guarded");
        var callers = new List<(RuleCase Case, string User, string Name, Answer? Stored)>();
        foreach (var item in RuleCorpus.Read("opsticket-admission"))
        {
            var name = cluster.Name("ticket");
            var user = await Caller(guarded, item, name);
            callers.Add((item, user, name, await Store(guarded, Kinds.OpsTickets, item, user, name)));
        }

        await guarded.Target.Rules.GuardAsync(guarded);
        var probe = await Caller(guarded, RuleCorpus.Read("opsticket-admission").First(item => item.May is []), "probe");
        await guarded.Until("the policy holds", () => Write(guarded.As(probe), Kinds.OpsTickets, RuleCorpus.Read("opsticket-admission").First(item => item.May is []), probe, "probe", null), answer => cluster.Target.IsSandbox ? answer.Code == 403 : answer.Code is 403 or 422 && answer.Message.Contains("ValidatingAdmissionPolicy"));

        var wrong = new List<string>();
        foreach (var (item, user, name, stored) in callers) Compare(cluster, item, await Write(guarded.As(user), Kinds.OpsTickets, item, user, name, stored), wrong);

        Assert.Empty(wrong);
    }

    static async Task Judge(Cluster cluster, string file)
    {
        await cluster.Target.Rules.EnsureAsync(cluster);
        var (type, wrong) = (RuleCorpus.Files[file], new List<string>());
        foreach (var item in RuleCorpus.Read(file))
        {
            var name = item.Name ?? cluster.Name("rule");
            var stored = await Store(cluster, type, item, "jane", name);
            Compare(cluster, item, await Write(cluster, type, item, "jane", name, stored), wrong);
        }

        Assert.Empty(wrong);
    }

    static void Compare(Cluster cluster, RuleCase item, Answer answer, List<string> wrong)
    {
        var isRefused = item.Verdict == Verdict.Refused || (item.Verdict == Verdict.RefusedByTicketRules && cluster.Target.IsSandbox);
        if (isRefused ? answer.Code is not (400 or 403 or 422) : answer.Code is not (200 or 201)) wrong.Add($"{item.It}: {answer.Code} {answer.Message}");
    }

    static async Task<Answer?> Store(Cluster cluster, ResourceType type, RuleCase item, string user, string name) =>
        item.Old is { } old ? await cluster.Post(Path(cluster, type), Body(type, RuleCase.With(old, user, name), name, null)).Is(201) : null;

    static Task<Answer> Write(Cluster cluster, ResourceType type, RuleCase item, string user, string name, Answer? stored) => stored is null
        ? cluster.Post($"{Path(cluster, type)}?dryRun=All", Body(type, RuleCase.With(item.Spec, user, name), name, null))
        : cluster.Put($"{Path(cluster, type)}/{name}?dryRun=All", Body(type, RuleCase.With(item.Spec, user, name), name, stored.Version));

    static string Path(Cluster cluster, ResourceType type) => cluster.Of(type.Group, type.Plural, type.Version);

    static string Body(ResourceType type, JsonObject spec, string name, string? version)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (version is not null) metadata["resourceVersion"] = version;
        return new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = metadata, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>Somebody who may write tickets, and what the case says.</summary>
    static async Task<string> Caller(Cluster cluster, RuleCase item, string name)
    {
        var group = Kinds.OpsTickets.Group;
        var user = $"{cluster.Name("caller")}@example.com";
        await cluster.Grant(User(user), string.Join(",", item.Rights(user, name).Select(AsRule).Prepend(Rule("create update", "opstickets", group))));
        await cluster.UntilMay(user, Rule("create", "opstickets", group));
        return user;
    }

    /// <summary>A right such as <c>publish opstickets.slipway.dev#one</c> as a rule of a role.</summary>
    static string AsRule(string right)
    {
        var (verb, rest) = (right.Split(' ')[0], right.Split(' ')[1]);
        var named = rest.Split('#');
        var parts = named[0].Split('/');
        var (resource, grp) = parts[0].Split('.', 2) is [var plural, var within] ? (plural, within) : (parts[0], "");
        return Rule(verb, parts.Length > 1 ? $"{resource}/{parts[1]}" : resource, grp, named.Length > 1 ? named[1] : "");
    }
}
