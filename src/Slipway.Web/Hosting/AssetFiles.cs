using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Slipway.Web.Hosting;

/// <summary>The files a page needs, carried by the assembly and named after their content, so that browsers ask for each once.</summary>
public static class AssetFiles
{
    const string Prefix = "assets/";

    static readonly FrozenDictionary<string, Asset> Known = Load().ToFrozenDictionary(asset => asset.Name);

    /// <summary>The address of an asset on this server.</summary>
    public static string Path(string name) => Known[name].Path;

    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{version}/{name}", (string version, string name, HttpContext http) => ServeAsync(name, version, http)).AllowAnonymous();

    static async Task ServeAsync(string name, string version, HttpContext http)
    {
        if (!Known.TryGetValue(name, out var asset) || asset.Version != version)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        http.Response.ContentType = asset.ContentType;
        var brotli = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (brotli) http.Response.Headers.ContentEncoding = "br";
        await http.Response.Body.WriteAsync(brotli ? asset.Brotli.Value : asset.Content, http.RequestAborted);
    }

    static IEnumerable<Asset> Load()
    {
        var assembly = typeof(AssetFiles).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => new Asset(name[Prefix.Length..], Read(assembly, name)));
    }

    static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    sealed class Asset(string name, byte[] content)
    {
        public string Name => name;
        public byte[] Content => content;
        public string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
        public Lazy<byte[]> Brotli { get; } = new(() => Compressed(content));
        public string Path => $"/assets/{Version}/{name}";

        public string ContentType => System.IO.Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };

        static byte[] Compressed(byte[] content)
        {
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal)) brotli.Write(content);
            return compressed.ToArray();
        }
    }
}
