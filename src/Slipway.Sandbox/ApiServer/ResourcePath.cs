namespace Slipway.Sandbox.ApiServer;

/// <summary>A path of the API that is about objects, whether their kind is served or not (Kubernetes API concepts, "Resource URIs").</summary>
public sealed record ResourcePath(string Group, string Version, string Namespace, string Plural, string? Name, string? Subresource)
{
    /// <summary>It has no empty and no further parts.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The older form of a watch, with /watch/ in the path.</summary>
    public bool IsWatch { get; init; }

    /// <summary>Null for documents such as discovery.</summary>
    public static ResourcePath? Parse(string path)
    {
        var parts = path.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var below] => ("", v, below),
            ["apis", var g, var v, .. var below] => (g, v, below),
            _ => ("", "", []),
        };
        if (rest.Length == 0) return null;

        // /namespaces/NS/PLURAL[/NAME[/SUB]]; a namespace itself is /namespaces/NS[/status|finalize].
        var (ns, isWatch) = ("", false);
        if (rest is ["watch", .. var watched] && watched.Length > 0) (isWatch, rest) = (true, watched);
        if (rest is ["namespaces", var within, var plural, ..] && plural is not ("status" or "finalize") && within.Length > 0) (ns, rest) = (within, rest[2..]);
        return new(group, version, ns, rest[0], rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2)) { IsWhole = rest.Length <= 3 && rest.Skip(1).All(part => part.Length > 0), IsWatch = isWatch };
    }
}
