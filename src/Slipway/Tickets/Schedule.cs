using System.Globalization;

namespace Slipway.Tickets;

/// <summary>When a ticket may start pods.</summary>
public static class Schedule
{
    /// <summary>Why nothing may be started now and until when; null when it may.</summary>
    public static (string Reason, DateTimeOffset Opens)? Hold(ScheduleOptions? schedule, DateTimeOffset now)
    {
        if (schedule?.NotBefore is { } start && now < start) return ($"schedule.notBefore: nothing is started before {start:u}", start);
        if (schedule?.Window is not { } text || !TryParseWindow(text, out var opens, out var closes)) return null;
        var time = TimeOnly.FromTimeSpan(now.UtcDateTime.TimeOfDay);
        if (time.IsBetween(opens, closes)) return null;
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + opens.ToTimeSpan();
        return ($"schedule.window: pods are started between {opens:HH:mm} and {closes:HH:mm} UTC only", today > now ? today : today.AddDays(1));
    }

    /// <summary>Reads <c>HH:mm-HH:mm</c>; a window may cross midnight.</summary>
    public static bool TryParseWindow(string text, out TimeOnly opens, out TimeOnly closes)
    {
        opens = closes = default;
        return text.Split('-') is [var from, var to]
            && TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out opens)
            && TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out closes)
            && opens != closes;
    }
}
