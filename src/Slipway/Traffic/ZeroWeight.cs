namespace Slipway.Traffic;

/// <summary>A unit that a balancer gives nothing. No ticket sets such a weight, but it can be found; then nothing new is published until a ticket has ended it.</summary>
public static class ZeroWeight
{
    /// <summary>Which unit of a service has weight 0, in one sentence; null when none is known to.</summary>
    public static string? Of(string service, WeightsSeen? weights) => weights?.Units.FirstOrDefault(unit => unit.Number == 0) is { } unit
        ? $"unit {unit.Unit} of service {service} has weight 0 ({unit.Backend}); nothing new is published until a ShiftTraffic ticket gives it 1 to 100"
        : null;
}
