namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>One backend of a server group: what the cloud calls it (a network interface, an instance, an address), and the pod's address where it is one.</summary>
sealed record CloudBackend(string Group, string Server, string Ip, int Port, int Weight)
{
    public string Type { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>A change of it is being carried out.</summary>
    public bool IsConfiguring { get; init; }

    public string Address => $"{Ip}:{Port}";
}
