using System.CommandLine;
using Slipway.Sandbox.ApiServer.Access.Oidc;
using Slipway.Web.Identity.Oidc;

namespace Slipway.Cli.Commands;

/// <summary>Who signs people in, as flags say it.</summary>
sealed class OidcFlags
{
    public Option<string?> Issuer { get; } = new("--oidc-issuer") { Description = "OpenID Connect provider, exactly as its tokens name it, such as https://login.example.com/realms/ops" };
    public Option<string?> ClientId { get; } = new("--oidc-client-id") { Description = "What the console is called there; the API server must accept ID tokens made for it" };
    public Option<string?> SecretFile { get; } = new("--oidc-client-secret-file") { Description = "File with the client's secret; without one the client is public, and PKCE protects it" };
    public Option<string[]> Scopes { get; } = new("--oidc-scope") { Description = "What to ask for beside openid; default: what the provider offers of profile, email, groups and offline_access", AllowMultipleArgumentsPerToken = true };

    public IEnumerable<Option> All => [Issuer, ClientId, SecretFile, Scopes];

    /// <summary>The first of these flags that is given; null when none is.</summary>
    public string? Given(ParseResult parsed) => All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <exception cref="CommandException">A flag is missing, or cannot be meant so.</exception>
    public OidcClient Read(ParseResult parsed)
    {
        var issuer = parsed.GetValue(Issuer) ?? throw CommandException.Usage($"{Issuer.Name} is missing; the address of the provider that people sign in at is needed");
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || !OidcClient.IsAllowed(address))
        {
            throw CommandException.Usage($"{Issuer.Name} is \"{issuer}\"; an https address without query is allowed, or http on this machine");
        }

        return new()
        {
            Issuer = address,
            ClientId = parsed.GetValue(ClientId) is { Length: > 0 } id ? id : throw CommandException.Usage($"{ClientId.Name} is missing; what the console is called at {issuer} is needed"),
            ClientSecret = parsed.GetValue(SecretFile) is { } file ? Secret(file) : null,
            Scopes = [.. parsed.GetValue(Scopes) ?? []],
        };
    }

    string Secret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? secret : throw CommandException.Usage($"{SecretFile.Name} {file} is empty; the client's secret is needed there");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{SecretFile.Name} {file} cannot be read: {unreadable.Message.TrimEnd('.')}");
        }
    }
}

/// <summary>Whose ID tokens the sandbox's API server accepts; names and defaults as kube-apiserver has them.</summary>
sealed class IssuerFlags
{
    public Option<string> UsernameClaim { get; } = new("--oidc-username-claim") { Description = "Claim of an ID token that names the user", DefaultValueFactory = _ => "sub" };
    public Option<string?> UsernamePrefix { get; } = new("--oidc-username-prefix") { Description = "What stands before that name; default: the issuer and #, but nothing before email; - for nothing" };
    public Option<string?> GroupsClaim { get; } = new("--oidc-groups-claim") { Description = "Claim of an ID token that names the user's groups" };
    public Option<string> GroupsPrefix { get; } = new("--oidc-groups-prefix") { Description = "What stands before each group", DefaultValueFactory = _ => "" };

    public IEnumerable<Option> All => [UsernameClaim, UsernamePrefix, GroupsClaim, GroupsPrefix];

    public IssuerOptions Read(ParseResult parsed, OidcClient client) => new()
    {
        Issuer = client.Issuer.OriginalString,
        ClientId = client.ClientId,
        UsernameClaim = parsed.GetValue(UsernameClaim)!,
        UsernamePrefix = parsed.GetValue(UsernamePrefix),
        GroupsClaim = parsed.GetValue(GroupsClaim),
        GroupsPrefix = parsed.GetValue(GroupsPrefix)!,
    };
}
