namespace Slipway.Tickets;

/// <summary>Which services of a ticket come after which.</summary>
public static class ServiceOrder
{
    /// <summary>Sets of services: each set may begin when the ones before it are done. Services in a cycle come last, together.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Waves(IReadOnlyList<TicketTarget> targets)
    {
        var waves = new List<IReadOnlyList<string>>();
        var left = targets.DistinctBy(target => target.Service).ToList();
        while (left.Count > 0)
        {
            var waiting = left.Select(target => target.Service).ToHashSet();
            var ready = left.Where(target => !(target.After ?? []).Any(waiting.Contains)).ToList();
            if (ready.Count == 0) ready = left;
            waves.Add([.. ready.Select(target => target.Service)]);
            left = [.. left.Except(ready)];
        }

        return waves;
    }
}
