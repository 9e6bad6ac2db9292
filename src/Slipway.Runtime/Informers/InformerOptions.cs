using System.Text.Json;

namespace Slipway.Runtime.Informers;

/// <summary>Reads one object into a small record. On entry the reader is on the object's StartObject; on return on its EndObject.</summary>
public delegate T Projection<T>(ref Utf8JsonReader reader);

/// <summary>
/// How an informer reads. A missing kind (its CRD is not installed) is an empty store; it is asked for again when its definition changes,
/// where <see cref="Definitions"/> are followed, else every <see cref="MissingKindRetry"/>.
/// </summary>
public sealed record InformerOptions
{
    public int PageSize { get; init; } = 500;
    public bool KindMayBeMissing { get; init; }
    public TimeSpan MissingKindRetry { get; init; } = TimeSpan.FromSeconds(60);
    public DefinitionWatch? Definitions { get; init; }

    /// <summary>Names and versions are enough (<c>PartialObjectMetadata</c>).</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>How long the server is asked to keep a watch open at most; half of it at least (5 to 10 minutes, as client-go's reflectors).</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A watch on which nothing came for this long, not even a bookmark, is taken for dead (API servers send one a minute).</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(90);

    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told in one sentence what keeps the store from being whole.</summary>
    public Action<string>? Trouble { get; init; }

    /// <summary>Chance for jitter, seeded by the host.</summary>
    public Random Chance { get; init; } = new(0);
}
