using System.Globalization;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>Names of a CafeDeployment's sets and of their pods: <c>cart-gz00a</c> and <c>cart-gz00a-0</c>.</summary>
public static class PodSetNames
{
    /// <summary>A pod's name must be a DNS label to be its host name.</summary>
    public const int LongestPod = 63;

    public static string Of(string cafe, string unit) => unit == Names.NoUnit ? cafe : $"{cafe}-{unit.ToLowerInvariant()}";

    public static string Pod(string set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set}-{ordinal}");

    /// <summary>The ordinal of a pod of this set; null if the name is no such pod's.</summary>
    public static int? Ordinal(string set, string pod)
    {
        if (pod.Length <= set.Length + 1 || pod[set.Length] != '-' || !pod.StartsWith(set, StringComparison.Ordinal)) return null;
        var digits = pod.AsSpan(set.Length + 1);
        if (digits.Length > 1 && digits[0] == '0') return null;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
    }
}
