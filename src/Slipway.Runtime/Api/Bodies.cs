using System.Buffers;

namespace Slipway.Runtime.Api;

/// <summary>Reads bodies without leaving the caller's context, which HttpContent's own readers do.</summary>
static class Bodies
{
    /// <summary>Room is not made beforehand for what a server only says it will send.</summary>
    const int MostExpected = 4 * 1024 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation);
            // One byte more than there is to come, so that the end is seen without growing.
            var expected = response.Content.Headers.ContentLength is { } length and < MostExpected ? (int)length + 1 : 4096;
            var body = new ArrayBufferWriter<byte>(expected);
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(1), cancellation);
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
