namespace Slipway.Sandbox.Edge.CloudApi;

/// <summary>Calls of the make-believe cloud's API that are refused, and how often.</summary>
/// <param name="Status">The HTTP status, such as 400 for throttling or 503.</param>
/// <param name="Code">Such as <c>Throttling.User</c>.</param>
public sealed record CloudFault(int Status, string Code)
{
    public string Message { get; init; } = "Request was denied on request of whoever tries the sandbox.";

    /// <summary>One action; null means every one.</summary>
    public string? Action { get; init; }

    /// <summary>Only calls that name this backend: its address and port.</summary>
    public string? Backend { get; init; }

    /// <summary>Leaves that many calls alone first.</summary>
    public int Skip { get; init; }

    /// <summary>Befalls that many, then is over; null means for good.</summary>
    public int? Times { get; init; }
}

/// <summary>One call, as it was answered. <paramref name="Backends"/>: how many it named.</summary>
public sealed record CloudCallSeen(string Action, DateTimeOffset At, int Status, int Backends);
