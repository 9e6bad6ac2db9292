using System.Net;
using System.Net.Http.Headers;
using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>Answers HttpClient requests by a call. The task is complete on return, unless a fault delays it; only the body of a watch waits.</summary>
/// <param name="requests">What answers.</param>
/// <param name="context">Where watches wait.</param>
/// <param name="credentials">Whom requests come from; null: whom their headers name.</param>
sealed class InProcessHandler(ApiRequests requests, SynchronizationContext? context, Credentials? credentials) : HttpMessageHandler
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer(requests.Handle(Read(request)));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var response = requests.HandleAsync(Read(request), cancellationToken);
            return response.IsCompletedSuccessfully ? Task.FromResult(Answer(response.Result)) : AnswerLaterAsync(response.AsTask());
        }
        catch (IOException dropped)
        {
            return Task.FromException<HttpResponseMessage>(new HttpRequestException(dropped.Message, dropped));
        }
    }

    async Task<HttpResponseMessage> AnswerLaterAsync(Task<ApiResponse> response)
    {
        try
        {
            return Answer(await response);
        }
        catch (IOException dropped)
        {
            throw new HttpRequestException(dropped.Message, dropped);
        }
    }

    ApiRequest Read(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        return new(request.Method.Method, uri.AbsolutePath, ApiRequest.ParseQuery(uri.Query))
        {
            RawQuery = uri.Query,
            ContentType = request.Content?.Headers.ContentType?.ToString(),
            Accept = request.Headers.Accept.Count == 0 ? "application/json" : request.Headers.Accept.ToString(),
            UserAgent = request.Headers.UserAgent.ToString(),
            Body = request.Content is null ? default : Body(request.Content),
            Credentials = (credentials ?? new() { Authorization = request.Headers.Authorization?.ToString() }).Acting(request.Headers),
        };
    }

    static ReadOnlyMemory<byte> Body(HttpContent content)
    {
        var body = new MemoryStream((int)(content.Headers.ContentLength ?? 0));
        content.CopyTo(body, null, CancellationToken.None);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    HttpResponseMessage Answer(ApiResponse response)
    {
        if (response is ApiResponse.Session) response = ExecSocket.Refusal;
        HttpContent content = response switch
        {
            ApiResponse.Whole whole => new WholeContent(whole.Body),
            ApiResponse.Stream stream => new StreamedContent(new LineStream(stream, context)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(response.ContentType);
        var message = new HttpResponseMessage((HttpStatusCode)response.Code) { Content = content };
        if (response.RetryAfter is { } seconds) message.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        foreach (var warning in response.Warnings) message.Headers.TryAddWithoutValidation("Warning", $"299 - \"{warning.Replace("\"", "\\\"")}\"");
        return message;
    }

    /// <summary>A body whose stream is at hand at once.</summary>
    sealed class WholeContent(ReadOnlyMemory<byte> body) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.Write(body.Span);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            stream.Write(body.Span);
            return Task.CompletedTask;
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(Read());

        MemoryStream Read() => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes) ? new(bytes.Array!, bytes.Offset, bytes.Count, writable: false) : new(body.ToArray(), writable: false);

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
