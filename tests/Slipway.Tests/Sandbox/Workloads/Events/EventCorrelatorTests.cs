using Slipway.Sandbox.Workloads.Events;
using Xunit;

namespace Slipway.Tests.Sandbox.Workloads.Events;

/// <summary>How Events of a component are kept few.</summary>
public sealed class EventCorrelatorTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly EventCorrelator correlator = new();
    int names;

    [Fact]
    public void What_happens_again_is_counted()
    {
        Count("started", Start);

        var again = Count("started", Start.AddSeconds(5));

        Assert.Equal(new EventTally("event-1", "started", 2, Start), again);
    }

    [Fact]
    public void Another_object_container_type_reason_or_message_is_another_event()
    {
        var key = new EventKey("uid", "spec.containers{app}", "Normal", "Started", "started");

        var told = new[] { key, key with { Uid = "other" }, key with { FieldPath = "" }, key with { Type = "Warning" }, key with { Reason = "Created" }, key with { Message = "anew" } }
            .Select(occurrence => correlator.Count(occurrence, Start, NewName)!);

        Assert.All(told, tally => Assert.Equal(1, tally.Count));
        Assert.Equal(6, names);
    }

    [Fact]
    public void The_tenth_similar_message_and_those_after_it_are_told_together()
    {
        var told = Enumerable.Range(1, 12).Select(n => Count($"Created pod: {n}", Start)!).ToList();

        Assert.Equal(("Created pod: 9", 1), (told[8].Message, told[8].Count));
        Assert.Equal([("(combined from similar events): Created pod: 10", 1), ("(combined from similar events): Created pod: 11", 2), ("(combined from similar events): Created pod: 12", 3)], told.Skip(9).Select(tally => (tally.Message, tally.Count)));
        Assert.Equal(10, names);
    }

    [Fact]
    public void After_ten_quiet_minutes_messages_are_told_one_by_one_again()
    {
        for (var n = 1; n <= 12; n++) Count($"Created pod: {n}", Start);

        var later = Count("Created pod: 13", Start.AddMinutes(11));

        Assert.Equal("Created pod: 13", later!.Message);
    }

    [Fact]
    public void Of_one_object_25_are_told_at_once_and_one_more_every_five_minutes()
    {
        var atOnce = Enumerable.Range(0, 40).Count(_ => Count("started", Start) is not null);
        var soon = Count("started", Start.AddMinutes(4));
        var later = Count("started", Start.AddMinutes(6));

        Assert.Equal(25, atOnce);
        Assert.Null(soon);
        Assert.Equal(42, later!.Count);
    }

    EventTally? Count(string message, DateTimeOffset now) => correlator.Count(new("uid", "", "Normal", "Started", message), now, NewName);

    string NewName() => $"event-{++names}";
}
