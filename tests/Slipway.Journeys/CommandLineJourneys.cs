using System.Text.Json.Nodes;
using Slipway.Journeys.Running;
using Xunit;

namespace Slipway.Journeys;

/// <summary>What a person does with <c>slipway</c> alone.</summary>
public sealed class CommandLineJourneys(Shop shop) : IClassFixture<Shop>
{
    static readonly string[] RestartCatalog = ["--operation", "Restart", "--service", "catalog", "-n", "shop"];

    [Fact]
    public async Task A_ticket_is_created_published_and_followed_to_its_end_in_one_line()
    {
        var ended = await shop.SlipwayAsync("ticket", "create", "-n", "shop", "--name", "replace-catalog", "--title", "Replace catalog", "--operation", "Replace", "--service", "catalog", "--all", "--group-by", "UnitPercentage", "--percentage", "50", "--beta", "--max-unavailable", "50%", "--publish", "--wait");

        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal("opsticket.slipway.dev/replace-catalog", ended.Lines[0]);
        Assert.EndsWith("replace-catalog  Succeeded: 6 pods successful", ended.Lines[^1]);
        Assert.Equal(6, ended.Lines.Count(line => line.EndsWith("  Update Successful", StringComparison.Ordinal)));

        // A ticket and its groups' records come by watches of their own, so what a group and its pods do may be told in either order.
        foreach (var told in new[] { "group 1 (beta)  Executing", "catalog-0  Updating", "group 1 (beta)  Succeeded  2/2" }) Assert.Contains(ended.Lines, line => line.Contains(told));
    }

    [Fact]
    public async Task A_ticket_is_planned_published_watched_and_explained_step_by_step()
    {
        var created = await shop.SlipwayAsync(["ticket", "create", "--name", "steps", "--title", "Step by step", .. RestartCatalog, "--pod", "catalog-0", "--pod", "catalog-1", "--group-by", "PodCount", "--group-size", "1", "--confirm", "FirstGroup", "--wait"]);
        var plan = await shop.SlipwayAsync("ticket", "plan", "steps", "-n", "shop");
        var before = await shop.SlipwayAsync("ticket", "why", "steps", "-n", "shop");
        var published = await shop.SlipwayAsync("ticket", "publish", "steps", "-n", "shop");
        var waiting = await shop.SlipwayAsync("ticket", "wait", "steps", "-n", "shop", "--for", "WaitingForConfirmation", "--timeout", "40s");
        var why = await shop.SlipwayAsync("ticket", "why", "steps", "-n", "shop");
        var confirmed = await shop.SlipwayAsync("ticket", "confirm", "steps", "-n", "shop");
        var watched = await shop.SlipwayAsync("ticket", "watch", "steps", "-n", "shop");
        var shown = await shop.SlipwayAsync("ticket", "get", "steps", "-n", "shop");

        Assert.All([created, plan, before, published, waiting, why, confirmed, watched, shown], ended => Assert.True(ended.Code == 0, ended.ToString()));
        Assert.Contains("group 1  1 of 2", plan.Out);
        Assert.Contains("service catalog: 6 of 6 available now, 5 at the lowest", plan.Out);
        Assert.Contains("Allowed now: Publish", before.Out);
        Assert.Contains("confirm to go on with group 2", why.Out);
        Assert.Contains("steps  Succeeded: 2 pods successful", watched.Out);
        Assert.Contains("✓ catalog-1", shown.Out);
    }

    [Fact]
    public async Task A_ticket_is_written_in_the_forms_that_kubectl_knows()
    {
        await shop.SlipwayAsync(["ticket", "create", "--name", "forms", "--title", "Forms: \"yes\"", .. RestartCatalog, "--pod", "catalog-5", "--wait"]);

        var json = await shop.SlipwayAsync("ticket", "get", "forms", "-n", "shop", "-o", "json");
        var yaml = await shop.SlipwayAsync("ticket", "get", "forms", "-n", "shop", "-o", "yaml");
        var name = await shop.SlipwayAsync("ticket", "get", "forms", "-n", "shop", "-o", "name");
        var wide = await shop.SlipwayAsync("ticket", "list", "-A", "-o", "wide");
        var list = await shop.SlipwayAsync("ticket", "list", "-n", "shop", "-o", "json");
        var none = await shop.SlipwayAsync("ticket", "list", "-n", "default");

        Assert.Equal(("OpsTicket", "Forms: \"yes\"", "Initialized"), ($"{JsonNode.Parse(json.Out)!["kind"]}", $"{JsonNode.Parse(json.Out)!["spec"]!["title"]}", $"{JsonNode.Parse(json.Out)!["status"]!["phase"]}"));
        Assert.Contains("  title: 'Forms: \"yes\"'\n", yaml.Out);
        Assert.DoesNotContain("managedFields", yaml.Out);
        Assert.Equal("opsticket.slipway.dev/forms\n", name.Out);
        Assert.Matches("NAMESPACE +NAME +TITLE +OPERATION +PHASE +PROGRESS +EXECUTOR +AGE +REASON", wide.Lines[0]);
        Assert.Contains(wide.Lines, line => line.StartsWith("shop ", StringComparison.Ordinal) && line.Contains("forms "));
        Assert.Contains(JsonNode.Parse(list.Out)!["items"]!.AsArray(), ticket => $"{ticket!["metadata"]!["name"]}" == "forms");
        Assert.Equal((0, "", "No tickets found in namespace default\n"), (none.Code, none.Out, none.Talk));
    }

    [Fact]
    public async Task What_is_not_there_is_one_sentence()
    {
        var ended = await Task.WhenAll(
            shop.SlipwayAsync("ticket", "get", "nope", "-n", "shop"),
            shop.SlipwayAsync("ticket", "watch", "nope", "-n", "shop"),
            shop.SlipwayAsync("ticket", "publish", "nope", "-n", "shop"),
            shop.SlipwayAsync("ticket", "create", "-n", "nope", "--title", "x", "--operation", "Restart", "--service", "cart", "--all"));

        Assert.All(ended, one => Assert.Equal((1, ""), (one.Code, one.Out)));
        Assert.All(ended.Take(3), one => Assert.Equal("slipway: opstickets.slipway.dev \"nope\" not found\n", one.Talk));
        Assert.Equal("slipway: namespaces \"nope\" not found\n", ended[3].Talk);
    }

    [Theory]
    [InlineData("Pod nope does not exist in namespace shop", "cart", "nope")]
    [InlineData("Pod catalog-0 belongs to StatefulSet catalog, not to service cart", "cart", "catalog-0")]
    [InlineData("Service nope does not exist in namespace shop: no Deployment, StatefulSet or other workload has that name", "nope", "catalog-0")]
    public async Task A_ticket_that_cannot_be_initialized_ends_with_code_3_and_its_reason(string reason, string service, string pod)
    {
        var ended = await shop.SlipwayAsync("ticket", "create", "-n", "shop", "--title", "x", "--operation", "Restart", "--service", service, "--pod", pod, "--publish", "--wait");

        Assert.Equal(3, ended.Code);
        Assert.Contains($"InitializeFailed: {reason}", ended.Out);
    }

    [Fact]
    public async Task A_ticket_that_takes_longer_than_its_caller_waits_ends_with_code_4_and_goes_on()
    {
        var ended = await shop.SlipwayAsync(["ticket", "create", "--name", "slow", "--title", "Slow", .. RestartCatalog, "--pod", "catalog-3", "--pod", "catalog-4", "--group-by", "PodCount", "--group-size", "1", "--soak", "3600", "--publish", "--wait", "--timeout", "4s"]);
        var cancelled = await shop.SlipwayAsync("ticket", "cancel", "slow", "-n", "shop", "--reason", "enough seen");
        var again = await shop.SlipwayAsync("ticket", "cancel", "slow", "-n", "shop", "--reason", "enough seen");

        Assert.Equal(4, ended.Code);
        Assert.Contains("slow has not ended after 4 s; it goes on", ended.Talk);
        Assert.Equal((0, 5), (cancelled.Code, again.Code));
        Assert.Contains("Cancel is not allowed while the ticket is Cancelled", again.Talk);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_one_sentence_for_every_verb()
    {
        var dead = shop.In("dead");
        await File.WriteAllTextAsync(dead, "current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n", TestContext.Current.CancellationToken);
        string[][] verbs = [["list"], ["get", "x"], ["watch", "x"], ["wait", "x"], ["plan", "x"], ["why", "x"], ["publish", "x"], ["create", "--title", "x", "--operation", "Restart", "--service", "cart", "--all"]];

        var ended = await Task.WhenAll(verbs.Select(verb => shop.SlipwayAsync(["ticket", .. verb, "--kubeconfig", dead])));

        Assert.All(ended, one => Assert.Equal((1, "", "slipway: cannot reach http://127.0.0.1:1/: Connection refused\n"), (one.Code, one.Out, one.Talk)));
    }

    [Fact]
    public async Task A_file_that_is_no_ticket_is_refused_with_its_place()
    {
        async Task<Ended> CreateAsync(string text)
        {
            var file = shop.In($"ticket-{text.Length}.yaml");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            return await shop.SlipwayAsync("ticket", "create", "-n", "shop", "-f", file);
        }

        const string Head = "apiVersion: slipway.dev/v1alpha1\nkind: OpsTicket\n";
        var broken = await CreateAsync(Head + "spec: [\n");
        var unknown = await CreateAsync(Head + "spec: {title: x, operation: Restart, colour: red, targets: [{service: cart, all: true}]}\n");
        var empty = await CreateAsync(Head + "spec: {title: x, operation: Restart, targets: []}\n");
        var other = await CreateAsync("apiVersion: v1\nkind: Pod\n");
        var missing = await shop.SlipwayAsync("ticket", "create", "-f", "/nope.yaml");

        Assert.Equal([2, 5, 5, 2, 2], new[] { broken, unknown, empty, other, missing }.Select(ended => ended.Code));
        Assert.Contains("line ", broken.Talk);
        Assert.Contains("spec.colour is not a field; spec has title, operation,", unknown.Talk);
        Assert.Contains("spec.targets is empty; name at least one service", empty.Talk);
        Assert.Contains("kind is Pod; OpsTicket is allowed", other.Talk);
        Assert.Contains("-f /nope.yaml: there is no such file", missing.Talk);
    }

    [Fact]
    public async Task The_shell_completes_verbs_and_values()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is not on this machine");
        const string Script = """
            source <("$0" completion bash)
            slipway() { "$SLIPWAY" "$@"; }
            COMP_WORDS=(slipway ticket wa); COMP_CWORD=2; COMP_LINE="slipway ticket wa"; COMP_POINT=${#COMP_LINE}; _slipway; echo "${COMPREPLY[@]}"
            COMP_WORDS=(slipway ticket create --operation Re); COMP_CWORD=4; COMP_LINE="slipway ticket create --operation Re"; COMP_POINT=${#COMP_LINE}; _slipway; echo "${COMPREPLY[@]}"
            """;

        var ended = await Command.RunAsync("/bin/bash", ["-c", Script, Command.Slipway], new Dictionary<string, string> { ["SLIPWAY"] = Command.Slipway }, null, TestContext.Current.CancellationToken);
        var scripts = await Task.WhenAll(((string[])["bash", "zsh", "fish", "powershell"]).Select(shell => shop.SlipwayAsync("completion", shell)));

        Assert.Equal(["wait watch", "RemoveTraffic Replace Restart"], ended.Lines.Select(line => string.Join(' ', line.Split(' ').Order())));
        Assert.All(scripts, script => Assert.True(script is { Code: 0, Talk: "" } && script.Out.Contains("slipway"), script.ToString()));
    }

    [Fact]
    public async Task Help_and_version_are_data()
    {
        var (help, bare, version) = (await shop.SlipwayAsync("--help"), await shop.SlipwayAsync(), await shop.SlipwayAsync("version"));

        Assert.Equal((0, help.Out), (bare.Code, bare.Out));
        Assert.Contains("Exit codes:", help.Out);
        Assert.Matches(@"^slipway \d+\.\d+\.\d+", version.Out);
    }
}
