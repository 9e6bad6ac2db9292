using System.Globalization;
using Slipway.Tickets;

namespace Slipway.Policies;

/// <summary>A freeze with its times read: when it holds, and until when.</summary>
sealed record FreezeTimes(TimeZoneInfo Zone, DateTime From, DateTime To, IReadOnlyList<DayOfWeek> Days, (TimeOnly Opens, TimeOnly Closes)? Window)
{
    /// <summary>The freeze read, or what is wrong with it.</summary>
    public static (FreezeTimes? Times, string? Mistake) Read(Freeze freeze)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(freeze.TimeZone ?? "UTC", out var zone)) return (null, $"timeZone is {freeze.TimeZone}, which is no time zone known here; one is like Asia/Shanghai");
        if (!TryTime(freeze.From, DateTime.MinValue, out var from)) return (null, $"from is {freeze.From}; a time like 2026-11-10T20:00 is needed");
        if (!TryTime(freeze.To, DateTime.MaxValue, out var to)) return (null, $"to is {freeze.To}; a time like 2026-11-10T20:00 is needed");
        if (to <= from) return (null, $"to is {freeze.To}, which is not after from {freeze.From}");
        var days = new List<DayOfWeek>();
        foreach (var name in freeze.Weekdays ?? [])
        {
            if (!Enum.GetNames<DayOfWeek>().Contains(name)) return (null, $"weekdays names {name}; Monday to Sunday are allowed");
            days.Add(Enum.Parse<DayOfWeek>(name));
        }

        if (freeze.Window is null) return (new(zone, from, to, days, null), null);
        return Schedule.TryParseWindow(freeze.Window, out var opens, out var closes)
            ? (new(zone, from, to, days, (opens, closes)), null)
            : (null, $"window is {freeze.Window}; HH:mm-HH:mm with two different times is needed");
    }

    /// <summary>When the freeze ends that holds now; null when none does. A repeated freeze may go on after that: ask again then.</summary>
    public DateTimeOffset? Until(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Zone).DateTime;
        if (local < From || local >= To || Stretch(local) is not { } end) return null;
        if (end > To) end = To;
        return end == DateTime.MaxValue ? DateTimeOffset.MaxValue : new(end, Zone.GetUtcOffset(end));
    }

    /// <summary>The end of the day's stretch that a time is in, whatever From and To say.</summary>
    DateTime? Stretch(DateTime local)
    {
        var (day, yesterday) = (local.Date, local.Date.AddDays(-1));
        if (Window is not { } window) return !IsOn(day) ? null : Days.Count == 0 ? DateTime.MaxValue : day.AddDays(1);
        return End(day) ?? End(yesterday);

        DateTime? End(DateTime begins)
        {
            var opens = begins + window.Opens.ToTimeSpan();
            var closes = begins.AddDays(window.Closes > window.Opens ? 0 : 1) + window.Closes.ToTimeSpan();
            return IsOn(begins) && local >= opens && local < closes ? closes : null;
        }
    }

    bool IsOn(DateTime day) => Days.Count == 0 || Days.Contains(day.DayOfWeek);

    static bool TryTime(string? text, DateTime absent, out DateTime time)
    {
        time = absent;
        return text is null || DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
