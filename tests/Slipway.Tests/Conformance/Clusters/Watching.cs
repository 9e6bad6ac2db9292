using System.Text.Json;
using Xunit;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>An event of a watch.</summary>
public sealed record Told(string Type, JsonElement Object)
{
    public string Name => Object.Find("metadata.name").Word() ?? "";

    public string Version => Object.Find("metadata.resourceVersion").Word() ?? "";
}

/// <summary>A watch that is open.</summary>
public sealed class Watching(HttpResponseMessage response, Stream stream) : IDisposable
{
    /// <summary>A node may have to pull an image between two events.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly StreamReader _lines = new(stream);

    /// <summary>The next event; null when the server has ended the watch.</summary>
    public async Task<Told?> NextOrEnd()
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = await _lines.ReadLineAsync(patience.Token);
        if (string.IsNullOrEmpty(line)) return null;
        var told = JsonElement.Parse(line);
        return new(told.GetProperty("type").GetString()!, told.GetProperty("object"));
    }

    public async Task<Told> Next()
    {
        var told = await NextOrEnd();
        Assert.True(told is not null, "the server ended the watch");
        return told;
    }

    /// <summary>The next event that is no bookmark.</summary>
    public async Task<Told> NextChange()
    {
        while (true)
        {
            if (await Next() is { Type: not "BOOKMARK" } told) return told;
        }
    }

    /// <summary>Reads on to the first event that is as wished.</summary>
    public async Task<Told> Until(Func<Told, bool> wished)
    {
        while (true)
        {
            if (await Next() is var told && wished(told)) return told;
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        response.Dispose();
    }
}
