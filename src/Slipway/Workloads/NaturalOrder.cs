namespace Slipway.Workloads;

/// <summary>Orders names as people count: <c>cart-2</c> before <c>cart-10</c>.</summary>
public sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Names { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return string.CompareOrdinal(x, y);
        int i = 0, j = 0;
        while (i < x.Length && j < y.Length)
        {
            if (!char.IsAsciiDigit(x[i]) || !char.IsAsciiDigit(y[j]))
            {
                if (x[i] != y[j]) return x[i].CompareTo(y[j]);
                i++;
                j++;
                continue;
            }

            var left = Digits(x, ref i);
            var right = Digits(y, ref j);
            if (left.Length != right.Length) return left.Length.CompareTo(right.Length);
            var difference = left.SequenceCompareTo(right);
            if (difference != 0) return difference;
        }

        var rest = (x.Length - i).CompareTo(y.Length - j);
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return text.AsSpan(start, at - start).TrimStart('0');
    }
}
