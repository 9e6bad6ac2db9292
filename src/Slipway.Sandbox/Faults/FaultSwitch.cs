namespace Slipway.Sandbox.Faults;

/// <summary>A request, as faults are matched against it.</summary>
public sealed record ApiCall(string Method, string Path, string? Plural, string UserAgent)
{
    public bool IsWrite => Method is not "GET";
}

/// <summary>What is to go wrong with a call.</summary>
public abstract record Fault
{
    Fault() { }

    /// <summary>The call is refused with this code and reason, and not applied.</summary>
    public sealed record Refuse(int Code, string Reason) : Fault;

    /// <summary>The connection breaks before the call is applied.</summary>
    public sealed record DropBefore : Fault;

    /// <summary>The call is applied, and the connection breaks before it is answered.</summary>
    public sealed record DropAfter : Fault;
}

/// <summary>The connection broke: the caller gets no answer.</summary>
public sealed class DroppedConnectionException() : IOException("the connection was reset by the sandbox");

/// <summary>Decides which calls go wrong. A rule is asked once per call and may keep count.</summary>
public sealed class FaultSwitch
{
    /// <summary>The rule in force; null: nothing goes wrong.</summary>
    public Func<ApiCall, Fault?>? Rule { get; set; }

    /// <summary>Fails the call now, where that is to happen before it is applied; else returns what is to happen after.</summary>
    internal Fault? Before(ApiCall call)
    {
        var fault = Rule?.Invoke(call);
        return fault switch
        {
            Fault.Refuse refuse => throw new ApiServer.StatusException(refuse.Code, refuse.Reason, $"{refuse.Reason}: injected by the sandbox"),
            Fault.DropBefore => throw new DroppedConnectionException(),
            _ => fault,
        };
    }

    internal static void After(Fault? fault)
    {
        if (fault is Fault.DropAfter) throw new DroppedConnectionException();
    }
}
