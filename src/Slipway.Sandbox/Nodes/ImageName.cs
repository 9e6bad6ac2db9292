using System.Security.Cryptography;
using System.Text;

namespace Slipway.Sandbox.Nodes;

/// <summary>A container image, taken apart and completed as container runtimes do.</summary>
sealed record ImageName(string Repository, string Tag, string? NamedDigest)
{
    /// <summary>An image that no registry has.</summary>
    public bool IsMissing => Repository.Contains("missing", StringComparison.Ordinal) || Tag.Contains("missing", StringComparison.Ordinal);

    /// <summary><c>sha256:…</c>: the digest named, or one that depends on repository and tag alone.</summary>
    public string Digest => NamedDigest ?? $"sha256:{Hash}";

    /// <summary>A hash of repository and tag, in hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Repository}:{Tag}")));

    /// <summary>What a runtime reports as the image that runs.</summary>
    public string Id => $"{Repository}@{Digest}";

    public static ImageName Parse(string image)
    {
        var at = image.IndexOf('@');
        var (tagged, digest) = at < 0 ? (image, null) : (image[..at], image[(at + 1)..]);
        var colon = tagged.LastIndexOf(':');
        // A colon before the last slash belongs to a registry's port.
        var hasTag = colon > tagged.LastIndexOf('/');
        return new(Canonical(hasTag ? tagged[..colon] : tagged), hasTag ? tagged[(colon + 1)..] : "latest", digest);
    }

    // distribution/reference: the first component is a registry if it looks like a host, else Docker Hub is meant.
    static string Canonical(string repository)
    {
        var slash = repository.IndexOf('/');
        if (slash < 0) return $"docker.io/library/{repository}";
        var first = repository[..slash];
        return first == "localhost" || first.Contains('.') || first.Contains(':') ? repository : $"docker.io/{repository}";
    }
}
