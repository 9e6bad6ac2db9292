using Slipway.Resources;

namespace Slipway.Sandbox.Edge;

/// <summary>What one Service asks of the make-believe cloud: its backends, with the weight that the annotation gives each.</summary>
sealed record CloudWish(ObjectKey Service, string Uid, string Balancer, IReadOnlyList<EdgeBackend> Backends)
{
    public required int Port { get; init; }

    /// <summary>A server group that it reuses.</summary>
    public string? Group { get; init; }

    public bool IsNetwork { get; init; }

    /// <summary>Weights of backends that are there already are left alone.</summary>
    public bool IgnoresWeights { get; init; }

    public string GroupId => Group ?? $"{(IsNetwork ? "sgp" : "rsp")}-{Short(Uid)}";

    /// <summary>What the cloud controller calls the group, and describes its backends with.</summary>
    public string Name => IsNetwork ? $"k8s.{Port}.TCP.{Service.Name}.{Service.Namespace}.sandbox" : $"k8s/{Port}/{Service.Name}/{Service.Namespace}/sandbox";

    /// <summary>The tag of what the cloud controller makes for the Service.</summary>
    public string Tag => $"a{Uid.Replace("-", "", StringComparison.Ordinal)}"[..32];

    public static string Short(string uid) => uid.Replace("-", "", StringComparison.Ordinal)[..16];
}

/// <summary>A server group of the make-believe cloud.</summary>
public sealed record CloudGroup(string Id, string Balancer, bool IsNetwork)
{
    public required string Name { get; init; }
    public required string Tag { get; init; }
    public required IReadOnlyList<CloudServer> Servers { get; init; }
}

/// <summary>One backend of a server group.</summary>
public sealed record CloudServer(string Id, string Pod, string Ip, int Port, int Weight)
{
    /// <summary>The name of the Service's group, by which the cloud controller knows its own backends.</summary>
    public required string Description { get; init; }

    /// <summary>A change of it is being carried out.</summary>
    public bool IsConfiguring { get; init; }

    public string Address => $"{Ip}:{Port}";
}
