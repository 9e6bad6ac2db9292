using System.Buffers;

namespace Slipway.Runtime.Api;

/// <summary>Reads bodies without leaving the caller's context, which HttpContent's own readers do.</summary>
static class Bodies
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation);
            var body = new ArrayBufferWriter<byte>(4096);
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(4096), cancellation);
                if (read == 0) return body.WrittenMemory;
                body.Advance(read);
            }
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw new UnreachableServerException($"the answer broke off: {broken.GetBaseException().Message}", broken);
        }
    }
}
