using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Slipway.Runtime.Api;
using Slipway.Web.Identity.Oidc;

namespace Slipway.Web.Identity;

/// <summary>A person who has entered. It lives in memory only: a token never leaves the process but to the API server.</summary>
/// <param name="person">Who it is.</param>
/// <param name="time">The people's clock.</param>
/// <param name="tokens">What the person acts with, where it expires.</param>
public sealed class Session(Person person, TimeProvider time, PersonTokens? tokens = null)
{
    public Person Person { get; } = person;

    public Permissions Permissions { get; } = new(person.Api, time);

    public DateTimeOffset EnteredAt { get; } = time.GetUtcNow();

    /// <summary>The person has nothing left to act with.</summary>
    public bool IsOver => tokens is { IsOver: true };

    /// <summary>Whether the API server still knows the person; one that cannot be reached is no reason to throw people out.</summary>
    public async Task<bool> IsStillKnownAsync(CancellationToken cancellation)
    {
        try
        {
            await AccessReviews.WhoAmIAsync(Person.Api, cancellation);
            return true;
        }
        catch (ForbiddenException)
        {
            return false;
        }
        catch (ApiException)
        {
            return true;
        }
    }
}

/// <summary>The sessions by the random key in their cookie, and the keys that are good for entering once.</summary>
public sealed class Sessions(TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    readonly ConcurrentDictionary<string, Session> _sessions = new();
    readonly ConcurrentDictionary<string, bool> _onceKeys = new();

    public Session? Find(string? key)
    {
        if (key is null || !_sessions.TryGetValue(Digest(key), out var session)) return null;
        if (time.GetUtcNow() - session.EnteredAt < Longest && !session.IsOver) return session;
        End(key);
        return null;
    }

    /// <summary>Opens a session and returns the key for its cookie.</summary>
    public string Begin(Person person, PersonTokens? tokens = null)
    {
        var key = NewKey();
        _sessions[Digest(key)] = new(person, time, tokens);
        return key;
    }

    public void End(string key) => _sessions.TryRemove(Digest(key), out _);

    public string NewOnceKey()
    {
        var key = NewKey();
        _onceKeys[Digest(key)] = true;
        return key;
    }

    public bool TakeOnceKey(string key) => _onceKeys.TryRemove(Digest(key), out _);

    static string NewKey() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    /// <summary>Looked up by digest, so that a lookup's time says nothing about keys that exist.</summary>
    static string Digest(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
