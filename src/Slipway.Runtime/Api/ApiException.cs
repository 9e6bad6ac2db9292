namespace Slipway.Runtime.Api;

/// <summary>An answer of the API server that is not success, or no answer at all. One sealed kind per way callers react.</summary>
public abstract class ApiException(int code, string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int Code { get; } = code;

    /// <summary>The Status object's <c>reason</c>, such as <c>AlreadyExists</c>.</summary>
    public string Reason { get; } = reason;
}

public sealed class NotFoundException(string reason, string message) : ApiException(404, reason, message);

/// <summary>Someone else was faster, or a precondition did not hold.</summary>
public sealed class ConflictException(string reason, string message) : ApiException(409, reason, message)
{
    public bool AlreadyExists => Reason == "AlreadyExists";
}

/// <summary>The resource version asked for is no longer kept.</summary>
public sealed class GoneException(string reason, string message) : ApiException(410, reason, message);

public sealed class ForbiddenException(int code, string reason, string message) : ApiException(code, reason, message);

/// <summary>The object was refused (400, 413, 422).</summary>
public sealed class InvalidException(int code, string reason, string message) : ApiException(code, reason, message);

/// <summary>Throttled, or refused by a disruption budget (<see cref="DisruptionBudget"/>).</summary>
public sealed class TooManyRequestsException(string reason, string message, TimeSpan? retryAfter, bool disruptionBudget) : ApiException(429, reason, message)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The cause names a disruption budget: the cluster is well, the pod may not go.</summary>
    public bool DisruptionBudget { get; } = disruptionBudget;
}

/// <summary>Any other refusal, mostly 5xx.</summary>
public sealed class ServerException(int code, string reason, string message) : ApiException(code, reason, message);

/// <summary>No answer: refused connection, broken stream, unreadable body.</summary>
public sealed class UnreachableServerException(string message, Exception? inner = null) : ApiException(0, "Unreachable", message, inner);
