using System.Net;
using System.Text.Json;

namespace Slipway.Runtime.Api;

/// <summary>Reads an unsuccessful answer into the exception its callers react to.</summary>
static class StatusErrors
{
    public static async Task<ApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> body;
        try
        {
            body = await Bodies.ReadAsync(response, cancellation);
        }
        catch (UnreachableServerException)
        {
            body = default;
        }

        var retryAfter = response.Headers.RetryAfter?.Delta;
        return Of((int)response.StatusCode, Parse(body.Span), retryAfter);
    }

    /// <summary>The exception for a Status object, as an answer or as the last event of a watch.</summary>
    public static ApiException Of(int code, Status? status, TimeSpan? retryAfter)
    {
        var reason = status?.Reason is { Length: > 0 } known ? known : ((HttpStatusCode)code).ToString();
        var message = status?.Message is { Length: > 0 } text ? text : $"the API server answered {code} {reason}";
        return code switch
        {
            401 or 403 => new ForbiddenException(code, reason, message),
            404 => new NotFoundException(reason, message),
            409 => new ConflictException(reason, message),
            410 => new GoneException(reason, message),
            400 or 405 or 406 or 413 or 415 or 422 => new InvalidException(code, reason, message),
            429 => new TooManyRequestsException(
                reason,
                message,
                retryAfter ?? (status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null),
                disruptionBudget: (status?.Details?.Causes ?? []).Any(cause => cause.Reason == "DisruptionBudget")),
            _ => new ServerException(code, reason, message),
        };
    }

    public static Status? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.IsEmpty ? null : JsonSerializer.Deserialize(body, ApiJson.Default.Status);
        }
        catch (JsonException)
        {
            // A proxy's page rather than a Status object: the code says enough.
            return null;
        }
    }
}
