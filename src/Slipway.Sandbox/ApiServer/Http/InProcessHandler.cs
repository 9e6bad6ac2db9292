using System.Net;
using System.Net.Http.Headers;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>Answers HttpClient requests by a call. The task is complete on return; only the body of a watch waits.</summary>
sealed class InProcessHandler(ApiRequests requests, SynchronizationContext? context) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(Answer(requests.Handle(Read(request))));
        }
        catch (IOException dropped)
        {
            return Task.FromException<HttpResponseMessage>(new HttpRequestException(dropped.Message, dropped));
        }
    }

    static ApiRequest Read(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        return new(request.Method.Method, uri.AbsolutePath, ApiRequest.ParseQuery(uri.Query))
        {
            ContentType = request.Content?.Headers.ContentType?.ToString(),
            Accept = request.Headers.Accept.Count == 0 ? "application/json" : request.Headers.Accept.ToString(),
            UserAgent = request.Headers.UserAgent.ToString(),
            Body = request.Content is null ? default : Body(request.Content),
        };
    }

    static ReadOnlyMemory<byte> Body(HttpContent content)
    {
        using var body = new MemoryStream();
        content.CopyTo(body, null, CancellationToken.None);
        return body.ToArray();
    }

    HttpResponseMessage Answer(ApiResponse response)
    {
        HttpContent content = response switch
        {
            ApiResponse.Whole whole => new WholeContent(whole.Body),
            ApiResponse.Stream stream => new StreamedContent(new LineStream(stream, context)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(response.ContentType);
        var message = new HttpResponseMessage((HttpStatusCode)response.Code) { Content = content };
        foreach (var warning in response.Warnings) message.Headers.TryAddWithoutValidation("Warning", $"299 - \"{warning.Replace("\"", "\\\"")}\"");
        return message;
    }

    /// <summary>A body whose stream is at hand at once.</summary>
    sealed class WholeContent(ReadOnlyMemory<byte> body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            stream.Write(body.Span);
            return Task.CompletedTask;
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new MemoryStream(body.ToArray(), writable: false));

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }

    sealed class StreamedContent(LineStream lines) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => lines.CopyToAsync(stream);

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(lines);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            lines.Dispose();
            base.Dispose(disposing);
        }
    }
}
