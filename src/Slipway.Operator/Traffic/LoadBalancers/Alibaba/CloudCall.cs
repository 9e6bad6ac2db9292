namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>A product of the cloud: its name in addresses and the version of its API.</summary>
sealed record CloudProduct(string Name, string Version)
{
    /// <summary>Classic Load Balancer.</summary>
    public static CloudProduct Slb { get; } = new("slb", "2014-05-15");

    /// <summary>Network Load Balancer.</summary>
    public static CloudProduct Nlb { get; } = new("nlb", "2022-04-30");
}

/// <summary>One call of an RPC API, not signed yet; the parameters are sent in the query.</summary>
sealed record CloudCall(CloudProduct Product, string Action, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    /// <summary>Sent as a form.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form { get; init; } = [];
}

/// <summary>When and under which name a request is made.</summary>
readonly record struct CloudMoment(DateTimeOffset At, string Nonce);
