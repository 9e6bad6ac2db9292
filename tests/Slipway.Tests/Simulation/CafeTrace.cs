using Slipway.Tests.Worlds;
using Xunit;

namespace Slipway.Tests.Simulation;

public sealed class CafeTrace(ITestOutputHelper output)
{
    /// <summary>Prints what one seed of a case does: CASE and SEED say which.</summary>
    [Fact(Explicit = true)]
    public void Show()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("SEED") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var chance = new Random(seed);
        var outcome = CafeSimulation.Run(
            Environment.GetEnvironmentVariable("CASE") ?? CafeSimulation.Cases[seed % CafeSimulation.Cases.Count],
            seed,
            (_, call) =>
            {
                var interruption = seed == 0 ? Interruption.None : chance.Next(100) switch
                {
                    < 3 => Interruption.Fail,
                    < 5 => Interruption.LoseAnswer,
                    _ => Interruption.None,
                };
                output.WriteLine($"{call.At:HH:mm:ss.fff} {interruption} {call.Method} {call.Path.Replace("/apis/apps.cafe.cloud.alipay.com/v1alpha1/namespaces/shop", "", StringComparison.Ordinal)} {call.Body[..Math.Min(1600, call.Body.Length)]}");
                return interruption;
            });
        output.WriteLine($"{outcome} {string.Join(' ', outcome.Pods)}");
    }
}
