namespace Slipway.Sandbox.Faults;

/// <summary>What is to go wrong.</summary>
public abstract record Fault
{
    Fault() { }

    /// <summary>The call is refused with this code and reason, and not applied.</summary>
    public sealed record Refuse(int Code, string Reason) : Fault
    {
        /// <summary>Seconds the client is asked to wait, as <c>Retry-After</c> and in the Status.</summary>
        public int? RetryAfter { get; init; }
    }

    /// <summary>The connection breaks before the call is applied.</summary>
    public sealed record DropBefore : Fault;

    /// <summary>The call is applied, and the connection breaks before it is answered.</summary>
    public sealed record DropAfter : Fault;

    /// <summary>The call waits so long before it is applied.</summary>
    public sealed record Delay(TimeSpan By) : Fault;

    /// <summary>Reads see the state as it was when the rule began, and watches stand still: an API server that lags behind.</summary>
    public sealed record Stale : Fault;

    /// <summary>The server goes down with the call: every watch ends, and every connection breaks for so long.</summary>
    public sealed record Restart(TimeSpan Down) : Fault;

    /// <summary>Watches stand still; what happened meanwhile arrives when the rule ends.</summary>
    public sealed record Freeze : Fault;

    /// <summary>Every event of a watch arrives twice.</summary>
    public sealed record Duplicate : Fault;

    /// <summary>Two events of a watch change places.</summary>
    public sealed record Reorder : Fault;

    /// <summary>Every event of a watch arrives so much later.</summary>
    public sealed record Lag(TimeSpan By) : Fault;

    /// <summary>A watch ends in place of its next event.</summary>
    public sealed record Cut : Fault;

    /// <summary>It befalls the events of a watch, not the call that opens it.</summary>
    public bool IsOfEvents => this is Freeze or Duplicate or Reorder or Lag or Cut;
}

/// <summary>The connection broke: the caller gets no answer.</summary>
public sealed class DroppedConnectionException() : IOException("the connection was reset by the sandbox");
