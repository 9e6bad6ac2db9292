namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>Names and values as signatures want them: RFC 3986, with everything but letters, digits and <c>-_.~</c> encoded.</summary>
static class PercentCoding
{
    // Uri.EscapeDataString keeps exactly the unreserved characters of RFC 3986.
    public static string Encode(string text) => Uri.EscapeDataString(text);

    /// <summary>Pairs joined as in a query, in the order given.</summary>
    public static string Join(IEnumerable<KeyValuePair<string, string>> pairs) => string.Join('&', pairs.Select(pair => $"{Encode(pair.Key)}={Encode(pair.Value)}"));

    /// <summary>Pairs joined in the order of their names.</summary>
    public static string JoinSorted(IEnumerable<KeyValuePair<string, string>> pairs) => Join(pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
