using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Slipway.Sandbox.ApiServer.Access.Oidc;
using Slipway.Sandbox.Clocks;
using Xunit;

namespace Slipway.Tests.Sandbox.Access;

/// <summary>Whom the API server takes the bearer of an ID token for.</summary>
public sealed class IssuedTokenTests : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    readonly VirtualTime _time = new(Start);
    readonly RSA _rsa = RSA.Create(2048);
    readonly List<RsaSecurityKey> _published = [];
    WebApplication? _issuer;
    string _address = "";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _published.Add(new(_rsa) { KeyId = "first" });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _issuer = builder.Build();
        _issuer.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = _address, jwks_uri = $"{_address}/keys" }));
        _issuer.MapGet("/keys", () => Results.Json(new { keys = _published.Select(Published) }));
        await _issuer.StartAsync(Cancellation);
        _address = _issuer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer!.DisposeAsync();
        _rsa.Dispose();
    }

    [Theory]
    [InlineData("sub", null, "ISSUER#ada")]
    [InlineData("sub", "-", "ada")]
    [InlineData("sub", "oidc:", "oidc:ada")]
    [InlineData("email", null, "ada@example.com")]
    [InlineData("email", "oidc:", "oidc:ada@example.com")]
    [InlineData("name", null, "ISSUER#Ada")]
    public async Task A_name_gets_the_prefix_that_kube_apiserver_gives_it(string claim, string? prefix, string expected)
    {
        var tokens = new IssuedTokens(Options with { UsernameClaim = claim, UsernamePrefix = prefix });

        var name = await NameAsync(tokens, Token(("email", "ada@example.com"), ("name", "Ada")));

        Assert.Equal(expected.Replace("ISSUER", _address), name);
    }

    [Fact]
    public async Task Groups_are_one_string_or_several_and_nothing_else()
    {
        var tokens = new IssuedTokens(Options with { GroupsClaim = "groups", GroupsPrefix = "oidc:" });

        Assert.Equal(["oidc:a", "oidc:b", "system:authenticated"], await GroupsAsync(tokens, Token(("groups", new[] { "a", "b" }))));
        Assert.Equal(["oidc:a", "system:authenticated"], await GroupsAsync(tokens, Token(("groups", "a"))));
        Assert.Equal(["system:authenticated"], await GroupsAsync(tokens, Token()));
        Assert.Null(await GroupsAsync(tokens, Token(("groups", 7))));
    }

    [Fact]
    public async Task A_token_is_good_until_the_second_it_expires_on_the_issuers_clock()
    {
        var (tokens, token) = (new IssuedTokens(Options with { UsernamePrefix = "-" }), Token());

        Assert.Equal("ada", await NameAsync(tokens, token));
        _time.Advance(TimeSpan.FromMinutes(59.9));
        Assert.Equal("ada", await NameAsync(tokens, token));
        _time.Advance(TimeSpan.FromMinutes(0.1));

        Assert.Null(await NameAsync(tokens, token));
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_learned_when_a_token_names_it()
    {
        using var second = RSA.Create(2048);
        var tokens = new IssuedTokens(Options with { UsernamePrefix = "-" });
        Assert.Equal("ada", await NameAsync(tokens, Token()));

        _published.Add(new(second) { KeyId = "second" });
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("ada", await NameAsync(tokens, Token(new RsaSecurityKey(second) { KeyId = "second" }, SecurityAlgorithms.RsaSha256)));
    }

    [Fact]
    public async Task Other_algorithms_and_unsigned_tokens_are_nobodys()
    {
        var tokens = new IssuedTokens(Options);
        await NameAsync(tokens, Token());

        Assert.Null(await NameAsync(tokens, Token(_published[0], SecurityAlgorithms.RsaSha384)));
        Assert.Null(await NameAsync(tokens, Token(null, null)));
        Assert.Null(await NameAsync(tokens, Token(new SymmetricSecurityKey(_rsa.ExportSubjectPublicKeyInfo()) { KeyId = "first" }, SecurityAlgorithms.HmacSha256)));
    }

    IssuerOptions Options => new() { Issuer = _address, ClientId = "kubernetes", Time = _time };

    static async Task<string?> NameAsync(IssuedTokens tokens, string token)
    {
        await tokens.LearnAsync(token, Cancellation);
        return tokens.UserOf(token)?.Name;
    }

    static async Task<IReadOnlyList<string>?> GroupsAsync(IssuedTokens tokens, string token)
    {
        await tokens.LearnAsync(token, Cancellation);
        return tokens.UserOf(token)?.Groups;
    }

    string Token(params (string Claim, object Value)[] more) => Token(_published[0], SecurityAlgorithms.RsaSha256, more);

    string Token(SecurityKey? key, string? algorithm, params (string Claim, object Value)[] more) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = _address,
        Audience = "kubernetes",
        Expires = Start.AddHours(1).UtcDateTime,
        Claims = new Dictionary<string, object>(more.Select(claim => KeyValuePair.Create(claim.Claim, claim.Value))) { ["sub"] = "ada" },
        SigningCredentials = key is null ? null : new(key, algorithm),
    });

    static object Published(RsaSecurityKey key)
    {
        var shown = key.Rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = key.KeyId, n = Base64UrlEncoder.Encode(shown.Modulus!), e = Base64UrlEncoder.Encode(shown.Exponent!) };
    }
}
