using System.Globalization;
using System.Text;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Where the next page of a list begins, and of which version all pages are; opaque to clients.</summary>
sealed record ContinueToken(ObjectKey After, long Version)
{
    public string Write() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Version}\n{After.Namespace}\n{After.Name}")).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    public static ContinueToken? Parse(string? token, ObjectStore store)
    {
        if (token is null) return null;
        if (Decode(token) is not [var version, var ns, var name] || !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var at)) throw StatusException.BadRequest("continue key is not valid");
        return at < store.Compacted
            ? throw StatusException.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.")
            : new(new(ns, name), at);
    }

    public bool IsBefore(ObjectKey key) => string.CompareOrdinal($"{key.Namespace}/{key.Name}", $"{After.Namespace}/{After.Name}") > 0;

    static string[] Decode(string token)
    {
        var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count).Split('\n') : [];
    }
}
