namespace Slipway.Sandbox.Workloads.Events;

/// <summary>What makes two occurrences one Event.</summary>
readonly record struct EventKey(string Uid, string FieldPath, string Type, string Reason, string Message)
{
    /// <summary>What makes occurrences similar.</summary>
    public EventKey Similar => this with { FieldPath = "", Message = "" };
}

/// <summary>An Event and how often it has happened.</summary>
sealed record EventTally(string Name, string Message, int Count, DateTimeOffset First);

/// <summary>
/// Keeps a component's Events few, by the rules and defaults of client-go's EventCorrelator: what happens again is counted, from the
/// tenth similar message within ten minutes on they are told together, and of one object at most 25 are told at once and one more
/// every five minutes.
/// </summary>
sealed class EventCorrelator
{
    const int mostSimilar = 10;
    const double mostAtOnce = 25;
    static readonly TimeSpan similarWithin = TimeSpan.FromMinutes(10);
    static readonly TimeSpan oneMoreEvery = TimeSpan.FromMinutes(5);

    readonly Recent<EventKey, EventTally> tallies = new();
    readonly Recent<EventKey, Messages> messages = new();
    readonly Recent<string, Allowance> allowances = new();

    /// <summary>Counts an occurrence; null if it is one too many to be told.</summary>
    public EventTally? Count(EventKey told, DateTimeOffset now, Func<string> newName)
    {
        var isOneOfMany = IsOneOfMany(told, now);
        var (key, message) = isOneOfMany ? (told.Similar, $"(combined from similar events): {told.Message}") : (told, told.Message);
        var tally = tallies.TryGet(key, out var before) ? before with { Message = message, Count = before.Count + 1 } : new(newName(), message, 1, now);
        tallies.Put(key, tally);
        return MayTell(told.Uid, now) ? tally : null;
    }

    bool IsOneOfMany(EventKey told, DateTimeOffset now)
    {
        var seen = messages.TryGet(told.Similar, out var before) && now - before.Last <= similarWithin ? before.Texts : [];
        messages.Put(told.Similar, new(seen, now));
        if (!seen.Add(told.Message) || seen.Count < mostSimilar) return false;
        seen.Remove(told.Message);
        return true;
    }

    bool MayTell(string uid, DateTimeOffset now)
    {
        var left = allowances.TryGet(uid, out var before) ? Math.Min(mostAtOnce, before.Left + (now - before.At) / oneMoreEvery) : mostAtOnce;
        var may = left >= 1;
        allowances.Put(uid, new(may ? left - 1 : left, now));
        return may;
    }

    readonly record struct Messages(HashSet<string> Texts, DateTimeOffset Last);

    sealed record Allowance(double Left, DateTimeOffset At);
}
