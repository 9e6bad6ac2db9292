using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Sandbox.ApiServer;

/// <summary>How a write is meant: who manages the fields, and whether it is only tried.</summary>
public sealed record WriteOptions
{
    public string? FieldManager { get; init; }
    public bool DryRun { get; init; }

    /// <summary>Whose request it is; null: the sandbox's own controllers, which nothing is asked of.</summary>
    public UserInfo? User { get; init; }

    public static WriteOptions Plain { get; } = new();
}

/// <summary>How a deletion is meant (Kubernetes <c>meta/v1 DeleteOptions</c>).</summary>
public sealed record DeleteOptions
{
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public int? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string PropagationPolicy { get; init; } = "Background";

    public bool DryRun { get; init; }
}
