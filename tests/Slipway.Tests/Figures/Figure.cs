namespace Slipway.Tests.Figures;

/// <summary>One line of the table that <c>./bench</c> prints.</summary>
static class Figure
{
    public static string Row(string what, double value, string unit, string goal) => $"| {what,-64} | {value,12:#,0.##} | {unit,-16} | {goal,-24} |";
}
