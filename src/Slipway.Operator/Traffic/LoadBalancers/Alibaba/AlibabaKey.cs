namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>An access key of Alibaba Cloud, with a token where it is a temporary one. It never shows its secret.</summary>
public sealed record AlibabaKey(string Id, string Secret, string? SecurityToken = null)
{
    public override string ToString() => $"access key {Id}";
}

/// <summary>How requests are signed.</summary>
public enum AlibabaSigning
{
    /// <summary>ACS3-HMAC-SHA256, in headers.</summary>
    Acs3,

    /// <summary>The older signature of RPC APIs, HMAC-SHA1 in the parameters; older private clouds know no other.</summary>
    RpcV1,
}

/// <summary>How the cloud's own API is reached.</summary>
public sealed record AlibabaAccess
{
    /// <summary>Such as <c>cn-hangzhou</c>.</summary>
    public required string Region { get; init; }

    /// <summary>The key as it is now: it may be a temporary one that is renewed.</summary>
    public required Func<AlibabaKey> Key { get; init; }

    /// <summary>A text never given before, for each request.</summary>
    public required Func<string> Nonce { get; init; }

    public required HttpMessageInvoker Http { get; init; }

    /// <summary>One address for every product; null means the cloud's public ones.</summary>
    public Uri? Endpoint { get; init; }

    public AlibabaSigning Signing { get; init; }
}
