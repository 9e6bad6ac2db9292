using Slipway.Tickets;

namespace Slipway.Cli.Output;

/// <summary>A plan in words.</summary>
static class PlanText
{
    const int Shown = 6;

    public static IEnumerable<string> Render(TicketPlan plan)
    {
        if (plan.FailureReason is { } reason)
        {
            yield return $"Initialization would fail: {reason}";
            yield break;
        }

        foreach (var group in plan.Groups)
        {
            var names = group.Pods.Take(Shown).Select(pod => pod.Name).ToList();
            var more = group.Pods.Count > Shown ? $", and {group.Pods.Count - Shown} more" : "";
            yield return $"group {group.Number}  {group.Name,-12}  {group.Pods.Count,4} pods  {string.Join(", ", group.Units)}: {string.Join(", ", names)}{more}";
        }

        yield return "";
        foreach (var step in plan.Steps) yield return step;
        yield return "";
        foreach (var service in plan.Forecast) yield return $"service {service.Service}: {service.AvailableNow} of {service.Desired} available now, {service.LowestAvailable} at the lowest";
        yield return $"takes {Duration(plan.AtLeast)} at least, besides the time pods need to start";
        foreach (var block in plan.Blocks) yield return $"would wait now: {block}";
    }

    static string Duration(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s" : $"{time.TotalMinutes:0.#} min";
}
