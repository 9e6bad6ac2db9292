using System.Globalization;
using System.Text;
using Slipway.Resources;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Where the next page of a list begins, opaque to clients.</summary>
static class ContinueToken
{
    public static string Write(ObjectKey last, long version) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{version}\n{last.Namespace}\n{last.Name}"));

    public static (ObjectKey? After, long? Version) Parse(string? token, ObjectStore store)
    {
        if (token is null) return (null, null);
        try
        {
            if (Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split('\n') is [var version, var ns, var name])
            {
                var at = long.Parse(version, CultureInfo.InvariantCulture);
                return at < store.Compacted
                    ? throw StatusException.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.")
                    : (new(ns, name), at);
            }
        }
        catch (FormatException)
        {
            // Answered below.
        }

        throw StatusException.BadRequest("continue key is not valid");
    }

    public static bool IsAfter(ObjectKey key, ObjectKey? after) =>
        after is not { } last || string.CompareOrdinal($"{key.Namespace}/{key.Name}", $"{last.Namespace}/{last.Name}") > 0;
}
