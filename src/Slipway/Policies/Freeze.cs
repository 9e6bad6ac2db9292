using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Slipway.Resources;

namespace Slipway.Policies;

/// <summary>A time in which no ticket starts a pod of the matching services; pods in flight finish. Everything given must hold.</summary>
public sealed record Freeze
{
    [StringLength(63, MinimumLength = 1), Description("What people call it, such as double-eleven.")]
    public required string Name { get; init; }

    public ServiceMatch? Match { get; init; }

    [StringLength(64), Description("IANA name of the time zone that the times are in; absent means UTC.")]
    public string? TimeZone { get; init; }

    [RegularExpression(LocalTimePattern), Description("First minute of it, such as 2026-11-10T20:00; absent means since ever.")]
    public string? From { get; init; }

    [RegularExpression(LocalTimePattern), Description("First minute after it; absent means for ever.")]
    public string? To { get; init; }

    [Description("Weekdays, such as Saturday; absent means every day. A window that crosses midnight belongs to the day it begins on.")]
    [Items(7, TextLength = 9, Unique = true)]
    public IReadOnlyList<string>? Weekdays { get; init; }

    [StringLength(11), Description("Hours of the day, HH:mm-HH:mm, may cross midnight; absent means the whole day.")]
    public string? Window { get; init; }

    const string LocalTimePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$";
}

/// <summary>The kill switch: while it is there, no ticket starts anything. Pods in flight finish.</summary>
public sealed record Halt
{
    [StringLength(200, MinimumLength = 1)]
    public required string Reason { get; init; }
}
