namespace Slipway.Resources;

/// <summary>When a key is looked at again: at the next change of what it depends on, or after a delay as well.</summary>
public abstract record Requeue
{
    Requeue() { }

    public sealed record NextChange : Requeue;

    public sealed record Delay(TimeSpan By) : Requeue;

    public static Requeue OnChange { get; } = new NextChange();

    public static Requeue After(TimeSpan delay) => new Delay(delay);

    public static Requeue Sooner(Requeue one, Requeue other) => (one, other) switch
    {
        (Delay(var first), Delay(var second)) => After(first < second ? first : second),
        (Delay, _) => one,
        _ => other,
    };
}
