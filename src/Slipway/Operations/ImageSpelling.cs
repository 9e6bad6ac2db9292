using Slipway.Workloads;

namespace Slipway.Operations;

/// <summary>
/// Spells a container's image another way, so that the kubelet sees a changed container and restarts it gracefully, while the
/// bytes that run stay the same.
/// </summary>
public static class ImageSpelling
{
    /// <summary>Beside a digest a tag says nothing about the bytes (OCI distribution, references), so that a pinned image never runs out of spellings.</summary>
    const string IgnoredTag = "restarted";

    /// <summary>The other spelling, or why there is none that is sure to be the same image.</summary>
    /// <remarks>
    /// With the running digest known (<c>imageID</c>), the new spelling pins it, so that no other digest can slip in. Without it,
    /// the same tag under its full name is safe only where the node does not ask the registry again.
    /// </remarks>
    public static (string? Image, string? Refusal) Other(Container container)
    {
        var current = ImageName.Parse(container.Image);
        var running = container.ImageId is { } id ? ImageName.Parse(WithoutScheme(id)) : null;
        var digest = current.Digest ?? (running?.FullRepository == current.FullRepository ? running.Digest : null);
        if (digest is null && container.AlwaysPulls)
        {
            return (null, $"container {container.Name} always pulls {container.Image} and its node does not say which digest runs");
        }

        var other = Spellings(current, digest).FirstOrDefault(spelling => spelling != container.Image);
        return other is null
            ? (null, $"the image {container.Image} of container {container.Name} can be spelled in one way only")
            : (other, null);
    }

    /// <summary>One after the other, for mostly the first will do.</summary>
    static IEnumerable<string> Spellings(ImageName image, string? digest)
    {
        if (digest is null)
        {
            yield return $"{image.FullRepository}:{image.Tag ?? "latest"}";
            yield return $"{image.ShortRepository}:{image.Tag ?? "latest"}";
            yield break;
        }

        if (image.Tag is { } tag) yield return $"{image.Repository}:{tag}@{digest}";
        yield return $"{image.Repository}@{digest}";
        yield return $"{image.FullRepository}@{digest}";
        yield return $"{image.ShortRepository}@{digest}";
        yield return $"{image.Repository}:{IgnoredTag}@{digest}";
    }

    /// <summary><c>docker-pullable://nginx@sha256:…</c> is how dockershim wrote what containerd writes bare.</summary>
    static string WithoutScheme(string imageId)
    {
        var separator = imageId.IndexOf("://", StringComparison.Ordinal);
        return separator < 0 ? imageId : imageId[(separator + 3)..];
    }
}

/// <summary>An image reference taken apart: <c>[registry/]repository[:tag][@digest]</c>.</summary>
public sealed record ImageName(string Repository, string? Tag, string? Digest)
{
    const string DefaultRegistry = "docker.io";

    public static ImageName Parse(string image)
    {
        var at = image.IndexOf('@');
        var named = at < 0 ? image : image[..at];
        var digest = at < 0 ? null : image[(at + 1)..];
        var colon = named.LastIndexOf(':');
        return colon > named.LastIndexOf('/')
            ? new(named[..colon], named[(colon + 1)..], digest)
            : new(named, null, digest);
    }

    /// <summary>With the registry and the <c>library/</c> that a short name leaves out.</summary>
    public string FullRepository
    {
        get
        {
            var slash = Repository.IndexOf('/');
            if (slash < 0) return $"{DefaultRegistry}/library/{Repository}";
            var first = Repository[..slash];
            var namesRegistry = first.Contains('.') || first.Contains(':') || first == "localhost";
            return namesRegistry ? Repository : $"{DefaultRegistry}/{Repository}";
        }
    }

    /// <summary>Without what a short name may leave out.</summary>
    public string ShortRepository
    {
        get
        {
            var full = FullRepository;
            if (full.StartsWith($"{DefaultRegistry}/library/", StringComparison.Ordinal)) return full[$"{DefaultRegistry}/library/".Length..];
            return full.StartsWith($"{DefaultRegistry}/", StringComparison.Ordinal) ? full[$"{DefaultRegistry}/".Length..] : full;
        }
    }
}
