using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Slipway.Sandbox.Clocks;
using Slipway.Web.Identity.Oidc;
using Xunit;

namespace Slipway.Tests.Web.Identity;

/// <summary>How long a person goes on with an ID token, and when it is exchanged.</summary>
public sealed class PersonTokensTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    readonly VirtualTime _time = new(Start);
    readonly Endpoint _endpoint = new();

    public void Dispose() => _endpoint.Dispose();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_sent_as_it_is_until_a_minute_before_its_end_and_then_exchanged()
    {
        var tokens = Of(Token(Start.AddHours(1)), "refresh-1");
        _endpoint.Answer = (HttpStatusCode.OK, $$"""{"id_token":"{{Token(Start.AddHours(2))}}","refresh_token":"refresh-2"}""");

        _time.Advance(TimeSpan.FromMinutes(58));
        Assert.Equal(Token(Start.AddHours(1)), await tokens.CurrentAsync(Cancellation));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Token(Start.AddHours(2)), await tokens.CurrentAsync(Cancellation));
        _time.Advance(TimeSpan.FromMinutes(60));
        await tokens.CurrentAsync(Cancellation);

        Assert.Equal(["refresh-1", "refresh-2"], _endpoint.Asked);
    }

    [Fact]
    public async Task However_many_ask_at_once_the_refresh_token_is_used_once()
    {
        var tokens = Of(Token(Start.AddHours(1)), "refresh-1");
        _endpoint.Answer = (HttpStatusCode.OK, $$"""{"id_token":"{{Token(Start.AddHours(2))}}"}""");
        _time.Advance(TimeSpan.FromMinutes(59));

        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tokens.CurrentAsync(Cancellation).AsTask()));

        Assert.Equal([Token(Start.AddHours(2))], sent.Distinct());
        Assert.Single(_endpoint.Asked);
    }

    [Fact]
    public async Task Without_a_refresh_token_it_is_over_when_the_token_ends()
    {
        var tokens = Of(Token(Start.AddHours(1)), null);

        _time.Advance(TimeSpan.FromMinutes(59));
        await tokens.CurrentAsync(Cancellation);
        Assert.False(tokens.IsOver);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(tokens.IsOver);
        Assert.Empty(_endpoint.Asked);
    }

    [Fact]
    public async Task A_refused_refresh_token_is_not_tried_again()
    {
        var tokens = Of(Token(Start.AddHours(1)), "refresh-1");
        _endpoint.Answer = (HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");

        _time.Advance(TimeSpan.FromMinutes(59));
        await tokens.CurrentAsync(Cancellation);
        await tokens.CurrentAsync(Cancellation);
        Assert.False(tokens.IsOver);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(tokens.IsOver);
        Assert.Single(_endpoint.Asked);
    }

    [Fact]
    public async Task A_provider_in_trouble_is_asked_again_a_little_later()
    {
        var tokens = Of(Token(Start.AddHours(1)), "refresh-1");
        _endpoint.Answer = (HttpStatusCode.BadGateway, "");

        _time.Advance(TimeSpan.FromMinutes(59));
        await tokens.CurrentAsync(Cancellation);
        await tokens.CurrentAsync(Cancellation);
        _endpoint.Answer = (HttpStatusCode.OK, $$"""{"id_token":"{{Token(Start.AddHours(2))}}"}""");
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(Token(Start.AddHours(2)), await tokens.CurrentAsync(Cancellation));
        Assert.Equal(2, _endpoint.Asked.Count);
    }

    [Fact]
    public async Task A_fresh_token_of_somebody_else_is_not_taken()
    {
        var tokens = Of(Token(Start.AddHours(1)), "refresh-1");
        _endpoint.Answer = (HttpStatusCode.OK, $$"""{"id_token":"{{Token(Start.AddHours(2), "mallory")}}"}""");

        _time.Advance(TimeSpan.FromMinutes(59));

        Assert.Equal(Token(Start.AddHours(1)), await tokens.CurrentAsync(Cancellation));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(tokens.IsOver);
    }

    PersonTokens Of(string token, string? refresh) =>
        new(new(new(_endpoint), _ => Task.FromResult("https://login.example/token"), new() { Issuer = new("https://login.example"), ClientId = "console" }), token, refresh, _time);

    static string Token(DateTimeOffset ends, string subject = "ada") => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "https://login.example",
        Expires = ends.UtcDateTime,
        Claims = new Dictionary<string, object> { ["sub"] = subject },
    });

    /// <summary>A token endpoint that answers as it is told.</summary>
    sealed class Endpoint : HttpMessageHandler
    {
        readonly Lock _lock = new();

        public List<string> Asked { get; } = [];

        public (HttpStatusCode Status, string Body) Answer { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = (await request.Content!.ReadAsStringAsync(cancellationToken)).Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
            lock (_lock) Asked.Add(form["refresh_token"]);
            return new(Answer.Status) { Content = new StringContent(Answer.Body) };
        }
    }
}
