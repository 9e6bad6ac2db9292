using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Slipway.Web.Identity.Oidc;

/// <summary>The ID token of one person, exchanged for a fresh one before it expires. It goes to the API server and nowhere else.</summary>
public sealed class PersonTokens
{
    /// <summary>A token that ends within this time, or within the last third of its life, is exchanged.</summary>
    static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>A provider that does not answer is asked again this much later.</summary>
    static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    readonly TokenEndpoint _endpoint;
    readonly TimeProvider _time;
    JsonWebToken _token;
    string? _refreshToken;
    DateTimeOffset _due;
    Task? _exchange;

    public PersonTokens(TokenEndpoint endpoint, string idToken, string? refreshToken, TimeProvider time)
    {
        (_endpoint, _time, _refreshToken) = (endpoint, time, refreshToken);
        _token = new(idToken);
        _due = DueAt(_token);
    }

    /// <summary>The token has expired and there is no other: the person is asked to sign in again.</summary>
    public bool IsOver => _time.GetUtcNow().UtcDateTime >= _token.ValidTo && _refreshToken is null;

    /// <summary>What to send to the API server now.</summary>
    public async ValueTask<string> CurrentAsync(CancellationToken cancellation)
    {
        Task? exchange;
        lock (_lock) exchange = _exchange ??= IsDue ? ExchangeAsync() : null;
        // However many wait for it, it is one exchange: a refresh token is often good for once.
        if (exchange is not null) await exchange.WaitAsync(cancellation);
        lock (_lock) return _token.EncodedToken;
    }

    bool IsDue => _refreshToken is not null && _time.GetUtcNow() >= _due;

    async Task ExchangeAsync()
    {
        await Task.Yield();
        var answer = await _endpoint.RefreshAsync(_refreshToken!, CancellationToken.None);
        lock (_lock)
        {
            _exchange = null;
            switch (answer)
            {
                case TokenAnswer.Fresh { IdToken: { } token } fresh when IsSamePerson(token):
                    (_token, _refreshToken) = (token, fresh.RefreshToken ?? _refreshToken);
                    _due = DueAt(token);
                    break;
                case TokenAnswer.Silent:
                    _due = _time.GetUtcNow() + Between;
                    break;
                default:
                    _refreshToken = null;
                    break;
            }
        }
    }

    /// <summary>A refreshed token names the same issuer and subject (OpenID Connect Core 1.0, 12.2).</summary>
    bool IsSamePerson(JsonWebToken token) => token.Issuer == _token.Issuer && token.Subject == _token.Subject;

    DateTimeOffset DueAt(JsonWebToken token)
    {
        var now = _time.GetUtcNow();
        var left = token.ValidTo - now.UtcDateTime;
        return now + (left / 3 < Ahead ? left * 2 / 3 : left - Ahead);
    }
}

/// <summary>What a token endpoint said to a refresh token.</summary>
public abstract record TokenAnswer
{
    TokenAnswer() { }

    public sealed record Fresh(JsonWebToken? IdToken, string? RefreshToken) : TokenAnswer;

    /// <summary>The refresh token is worth nothing any more.</summary>
    public sealed record Refused : TokenAnswer;

    /// <summary>Nobody answered, or with trouble of its own.</summary>
    public sealed record Silent : TokenAnswer;
}

/// <summary>Where a provider exchanges tokens for this client.</summary>
/// <param name="http">How it is reached.</param>
/// <param name="address">Tells where it is.</param>
/// <param name="client">Who we are there.</param>
public sealed class TokenEndpoint(HttpClient http, Func<CancellationToken, Task<string>> address, OidcClient client)
{
    public async Task<TokenAnswer> RefreshAsync(string refreshToken, CancellationToken cancellation)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken, ["client_id"] = client.ClientId };
        if (client.ClientSecret is { } secret) form["client_secret"] = secret;
        try
        {
            using var content = new FormUrlEncodedContent(form);
            using var response = await http.PostAsync(new Uri(await address(cancellation)), content, cancellation);
            if ((int)response.StatusCode is >= 500 or 429) return new TokenAnswer.Silent();
            if (!response.IsSuccessStatusCode) return new TokenAnswer.Refused();
            using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
            return new TokenAnswer.Fresh(Text(body, "id_token") is { } token ? new(token) : null, Text(body, "refresh_token"));
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or InvalidOperationException or IOException or JsonException or ArgumentException || (unanswered is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new TokenAnswer.Silent();
        }
    }

    static string? Text(JsonDocument body, string name) => body.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
