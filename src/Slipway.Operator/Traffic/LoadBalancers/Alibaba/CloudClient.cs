using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Slipway.Operator.Traffic.LoadBalancers.Alibaba;

/// <summary>Makes signed calls. One that is throttled, or fails at the cloud's side, is made again, each time after twice the wait.</summary>
sealed class CloudClient(AlibabaAccess access, TimeProvider time)
{
    const string FormType = "application/x-www-form-urlencoded";
    const int Attempts = 4;

    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="CloudException">It is refused, or every attempt failed.</exception>
    public async Task<JsonElement> CallAsync(CloudCall call, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(call, cancellation);
            }
            catch (CloudException failure) when (failure.IsTransient && attempt < Attempts)
            {
                await Task.Delay(FirstWait * Math.Pow(2, attempt - 1), time, cancellation);
            }
        }
    }

    async Task<JsonElement> OnceAsync(CloudCall call, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var key = Key();
        try
        {
            using var request = Sign(call, key, new(time.GetUtcNow(), access.Nonce()));
            using var answer = await access.Http.SendAsync(request, both.Token);
            return Read(call, key, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(both.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw CloudException.Unreachable(call, failure.GetBaseException().Message.TrimEnd('.'));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw CloudException.Unreachable(call, $"nothing came within {Patience.TotalSeconds} s");
        }
    }

    AlibabaKey Key()
    {
        try
        {
            return access.Key();
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CloudException($"the access key cannot be read: {unreadable.Message.TrimEnd('.')}", "", isTransient: false);
        }
    }

    HttpRequestMessage Sign(CloudCall call, AlibabaKey key, CloudMoment moment)
    {
        var endpoint = access.Endpoint ?? new($"https://{call.Product.Name}.{access.Region}.aliyuncs.com");
        List<KeyValuePair<string, string>> query = [new("RegionId", access.Region), .. call.Parameters];
        var body = Encoding.ASCII.GetBytes(PercentCoding.Join(call.Form));
        var request = new HttpRequestMessage { Method = HttpMethod.Post, Content = new ByteArrayContent(body) };
        if (call.Form.Count > 0) request.Content.Headers.ContentType = new(FormType);
        if (access.Signing == AlibabaSigning.RpcV1)
        {
            query.AddRange(RpcSignature.Common(call, key, moment));
            query.Add(new("Signature", RpcSignature.Of("POST", query.Concat(call.Form), key.Secret)));
        }
        else
        {
            var headers = Acs3Signature.Headers(call, endpoint.Authority, call.Form.Count > 0 ? FormType : null, body, key, moment);
            foreach (var (name, value) in headers.Where(header => header.Key.StartsWith("x-acs-", StringComparison.Ordinal))) request.Headers.Add(name, value);
            request.Headers.Authorization = new AuthenticationHeaderValue(Acs3Signature.Scheme, Acs3Signature.Authorization("POST", query, headers, key));
        }

        request.RequestUri = new UriBuilder(endpoint) { Path = "/", Query = PercentCoding.JoinSorted(query) }.Uri;
        return request;
    }

    static JsonElement Read(CloudCall call, AlibabaKey key, int status, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (status is >= 200 and < 300) return json.RootElement.Clone();
            throw CloudException.Refused(call, key, status, Word(json.RootElement, "Code") ?? $"HTTP {status}", Word(json.RootElement, "Message") ?? "");
        }
        catch (JsonException)
        {
            throw CloudException.Refused(call, key, status is >= 200 and < 300 ? 502 : status, $"HTTP {status}", "the answer is not JSON");
        }
    }

    static string? Word(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
}
