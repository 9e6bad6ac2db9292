namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>A call of the cloud's API that failed; the message is one clause for a person.</summary>
sealed class CloudException(string message, string code, bool isTransient) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>It may well succeed if it is made again.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>
    /// What a refusal means. The cloud's own message is left out where a signature is wrong: it repeats what was signed, and a
    /// temporary key's token is part of that.
    /// </summary>
    public static CloudException Refused(CloudCall call, AlibabaKey key, int status, string code, string message) => new(
        code switch
        {
            "InvalidAccessKeyId.NotFound" or "InvalidAccessKeyId" => $"{key} is not known to the cloud ({code})",
            "InvalidAccessKeyId.Inactive" => $"{key} is disabled ({code})",
            "SignatureDoesNotMatch" or "IncompleteSignature" => $"the secret does not belong to {key} ({code})",
            "InvalidSecurityToken.Expired" => $"the security token of {key} has expired ({code})",
            "InvalidSecurityToken.Malformed" or "InvalidSecurityToken.MismatchWithAccessKey" => $"the security token does not belong to {key} ({code})",
            "InvalidTimeStamp.Expired" => $"this machine's clock and the cloud's are more than 15 minutes apart ({code})",
            _ when code.StartsWith("Forbidden", StringComparison.Ordinal) || code.StartsWith("NoPermission", StringComparison.Ordinal) => $"{key} may not call {call.Product.Name}:{call.Action}; its RAM policy must allow it ({code})",
            _ when IsThrottling(code) => $"{call.Action} is throttled ({code})",
            _ => $"{call.Action} is refused: {Short(message)} ({code})",
        },
        code,
        status >= 500 || status == 429 || IsThrottling(code) || IsBusy(code));

    public static CloudException Unreachable(CloudCall call, string why) => new($"{call.Action} is not answered: {why}", "", isTransient: true);

    static bool IsThrottling(string code) => code.StartsWith("Throttling", StringComparison.Ordinal);

    /// <summary>The load balancer is in the middle of another change.</summary>
    static bool IsBusy(string code) =>
        code.Contains("onfiguring", StringComparison.Ordinal) || code.StartsWith("IncorrectStatus", StringComparison.Ordinal) || code is "SystemBusy" or "Conflict.Lock" or "OperationConflict";

    static string Short(string message) => message.ReplaceLineEndings(" ").Trim().TrimEnd('.') is { Length: > 200 } text ? $"{text[..200]}…" : message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
