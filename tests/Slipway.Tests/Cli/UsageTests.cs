using Slipway.Cli.Commands;
using Xunit;

namespace Slipway.Tests.Cli;

/// <summary>Command lines that end before a cluster is asked.</summary>
public sealed class UsageTests : IDisposable
{
    readonly string _kubeconfig = Path.GetTempFileName();

    public UsageTests() => File.WriteAllText(_kubeconfig, "current-context: slipway-sandbox\ncontexts: [{name: slipway-sandbox, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n");

    public void Dispose() => File.Delete(_kubeconfig);

    public static TheoryData<int, string, string[]> Refusals => new()
    {
        { 1, "slipway: kubeconfig /nope does not exist", ["ticket", "list", "--kubeconfig", "/nope"] },
        { 1, "has no context nope; it has slipway-sandbox", ["ticket", "list", "--context", "nope"] },
        { 2, "slipway: surplus is not an option or argument of slipway ticket list", ["ticket", "list", "surplus"] },
        { 2, "slipway: --operation is \"Fly\"; Restart, Replace,", ["ticket", "create", "--title", "x", "--operation", "Fly", "--service", "cart", "--all"] },
        { 2, "slipway: --percentage is \"many\"; a whole number is allowed", ["ticket", "create", "--percentage", "many"] },
        { 2, "slipway: --title is missing", ["ticket", "create", "--operation", "Restart"] },
        { 2, "slipway: NAME is missing", ["ticket", "get"] },
        { 2, "slipway: slipway ticket needs one of create, list,", ["ticket"] },
        { 2, "slipway: --reason is missing; cancel needs one", ["ticket", "cancel", "x", "-n", "shop"] },
        { 2, "slipway: --output is \"xml\"; table, wide, json, yaml and name are allowed", ["ticket", "list", "-o", "xml"] },
        { 2, "slipway: --timeout is \"soon\"; a number with s, m or h is allowed", ["ticket", "wait", "x", "--timeout", "soon"] },
        { 2, "slipway: --speed is \"0\"; 1 to 1000 is allowed", ["sandbox", "--speed", "0"] },
        { 2, "slipway: --cloud-port is 70000; 0 to 65535 is allowed, 0 picks a free one", ["sandbox", "--cloud-port", "70000"] },
        { 2, "slipway: --alibaba-endpoint is given without --alibaba-region", ["controller", "--alibaba-endpoint", "https://slb.example"] },
        { 2, "slipway: --alibaba-region is \"Hangzhou!\"; a region's ID is needed, such as cn-hangzhou", ["controller", "--alibaba-region", "Hangzhou!"] },
        { 2, "slipway: --alibaba-region needs an access key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a directory with --alibaba-credentials", ["controller", "--alibaba-region", "cn-hangzhou"] },
        { 2, "slipway: --alibaba-endpoint is \"http://slb.example\"; https://HOST[:PORT] is needed, http:// only for this machine", ["controller", "--alibaba-region", "cn-hangzhou", "--alibaba-credentials", "/nope", "--alibaba-endpoint", "http://slb.example"] },
        { 2, "slipway: --alibaba-signature is \"v2\"; acs3 and v1 are allowed", ["controller", "--alibaba-region", "cn-hangzhou", "--alibaba-credentials", "/nope", "--alibaba-signature", "v2"] },
        { 1, "slipway: --alibaba-credentials cannot be read: Could not find a part of the path '/nope/access-key-id'", ["controller", "--alibaba-region", "cn-hangzhou", "--alibaba-credentials", "/nope"] },
        { 2, "slipway: --port is 70000; 0 to 65535 is allowed", ["sandbox", "--port", "70000"] },
        { 2, "slipway: --auth is \"ldap\"; kubeconfig, token and oidc are allowed", ["console", "--auth", "ldap"] },
        { 2, "slipway: --oidc-issuer is missing; the address of the provider that people sign in at is needed", ["console", "--auth", "oidc"] },
        { 2, "slipway: --oidc-issuer is \"login.example.com\"; an https address without query is allowed, or http on this machine", ["console", "--auth", "oidc", "--oidc-issuer", "login.example.com", "--oidc-client-id", "x"] },
        { 2, "slipway: --oidc-issuer is \"http://login.example.com\"; an https", ["console", "--auth", "oidc", "--oidc-issuer", "http://login.example.com", "--oidc-client-id", "x"] },
        { 2, "slipway: --oidc-client-id is missing; what the console is called at https://login.example.com is needed", ["console", "--auth", "oidc", "--oidc-issuer", "https://login.example.com"] },
        { 2, "slipway: --oidc-client-secret-file /nope cannot be read: Could not find file '/nope'", ["console", "--auth", "oidc", "--oidc-issuer", "https://login.example.com", "--oidc-client-id", "x", "--oidc-client-secret-file", "/nope"] },
        { 2, "slipway: --oidc-client-id is given, but --auth is token; it goes with --auth oidc", ["console", "--auth", "token", "--oidc-client-id", "x"] },
        { 2, "slipway: --address is \"everywhere\"; an IP address is allowed, such as 0.0.0.0", ["console", "--auth", "token", "--address", "everywhere"] },
        { 2, "slipway: --public-url is \"ops.example.com\"; an http or https address without a path is allowed, such as https://ops.example.com", ["console", "--auth", "token", "--public-url", "ops.example.com"] },
        { 2, "slipway: --oidc-issuer goes with --rbac; without it everybody may do everything", ["sandbox", "--port", "0", "--oidc-issuer", "https://login.example.com", "--oidc-client-id", "x"] },
        { 5, "slipway: spec.title has 0 characters; 1 to 50 are allowed", ["ticket", "create", "-n", "shop", "--title", "", "--operation", "Restart", "--service", "cart", "--all"] },
        { 5, "slipway: spec.title has 51 characters; 1 to 50 are allowed", ["ticket", "create", "-n", "shop", "--title", new string('x', 51), "--operation", "Restart", "--service", "cart", "--all"] },
        { 5, "slipway: spec.releasePolicy.percentage is 0; 1 to 100 are allowed", ["ticket", "create", "-n", "shop", "--title", "x", "--operation", "Restart", "--service", "cart", "--all", "--group-by", "UnitPercentage", "--percentage", "0"] },
        { 5, "slipway: spec.releasePolicy.percentage is 101; 1 to 100 are allowed", ["ticket", "create", "-n", "shop", "--title", "x", "--operation", "Restart", "--service", "cart", "--all", "--group-by", "UnitPercentage", "--percentage", "101"] },
        { 5, "slipway: spec.targets[0].pods names pod catalog-0 2 times; once is allowed", ["ticket", "create", "-n", "shop", "--title", "x", "--operation", "Restart", "--service", "catalog", "--pod", "catalog-0", "--pod", "catalog-0"] },
        { 5, "slipway: spec.targets[0] gives 0 of pods, selector and all; exactly one is needed", ["ticket", "create", "-n", "shop", "--title", "x", "--operation", "Restart", "--service", "catalog"] },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_be_done_is_one_sentence_and_a_code(int code, string sentence, string[] arguments)
    {
        var (data, talk) = (new StringWriter(), new StringWriter());
        var surroundings = new Surroundings { Out = data, Talk = talk, Variable = _ => null, Connect = (kubeconfig, context) => Slipway.Runtime.Api.Connection.Open(kubeconfig ?? _kubeconfig, context) };

        var ended = await SlipwayCommand.RunAsync(arguments, surroundings);

        Assert.Equal((code, ""), (ended, data.ToString()));
        Assert.Contains(sentence, talk.ToString());
        Assert.InRange(talk.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
    }
}
