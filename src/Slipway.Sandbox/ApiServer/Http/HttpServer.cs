using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Http.Spdy;

namespace Slipway.Sandbox.ApiServer.Http;

/// <summary>The API server on a loopback port.</summary>
sealed class HttpServer : IAsyncDisposable
{
    readonly WebApplication _application;

    HttpServer(WebApplication application, SandboxAddress address) => (_application, Address) = (application, address);

    public SandboxAddress Address { get; }

    public static async Task<HttpServer> StartAsync(ApiRequests requests, int port, bool tls, IReadOnlyList<SandboxUser> users, CancellationToken cancellation)
    {
        var certificate = tls ? SandboxCertificate.Create() : null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 16 * 1024 * 1024;
            options.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (certificate is null) return;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate.Server;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.ClientCertificateValidation = (presented, _, _) => certificate.HasSigned(presented);
                });
            });
        });
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(context => AnswerAsync(context, requests));
        try
        {
            await application.StartAsync(cancellation);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        var url = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(application, new(new(url), Kubeconfig.Write(url, certificate, users)));
    }

    public async ValueTask DisposeAsync()
    {
        // Watches never end by themselves: they are not waited for.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    static async Task AnswerAsync(HttpContext http, ApiRequests requests)
    {
        using var body = new MemoryStream();

        // What follows a request to switch protocols belongs to the new protocol.
        if (http.Request.Headers.Upgrade.Count == 0) await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var request = new ApiRequest(http.Request.Method, http.Request.Path.Value ?? "/", ApiRequest.ParseQuery(http.Request.QueryString.Value ?? ""))
        {
            RawQuery = http.Request.QueryString.Value ?? "",
            ContentType = http.Request.ContentType,
            Accept = http.Request.Headers.Accept.ToString() is { Length: > 0 } accept ? accept : "application/json",
            UserAgent = http.Request.Headers.UserAgent.ToString(),
            Body = body.ToArray(),
            Credentials = new Credentials
            {
                User = http.Connection.ClientCertificate is { } presented ? SandboxCertificate.UserOf(presented) : null,
                Authorization = http.Request.Headers.Authorization is [{ } authorization, ..] ? authorization : null,
            }.Acting(http.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.OfType<string>()))),
        };
        ApiResponse response;
        try
        {
            response = await requests.HandleAsync(request, http.RequestAborted);
        }
        catch (IOException)
        {
            http.Abort();
            return;
        }

        if (response is ApiResponse.Session session)
        {
            if (ExecSocket.Protocol(http) is { } protocol)
            {
                await ExecSocket.ServeAsync(http, session.Exec, protocol);
                return;
            }

            if (ExecSpdy.IsAsked(http))
            {
                await ExecSpdy.ServeAsync(http, session.Exec);
                return;
            }

            response = ExecSocket.Refusal;
        }

        http.Response.StatusCode = response.Code;
        http.Response.ContentType = response.ContentType;
        if (response.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var warning in response.Warnings) http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\"", "\\\"")}\"");
        switch (response)
        {
            case ApiResponse.Whole whole:
                http.Response.ContentLength = whole.Body.Length;
                await http.Response.Body.WriteAsync(whole.Body, http.RequestAborted);
                break;
            case ApiResponse.Stream stream:
                await StreamAsync(http, stream);
                break;
        }
    }

    static async Task StreamAsync(HttpContext http, ApiResponse.Stream stream)
    {
        var lines = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
        await http.Response.StartAsync(http.RequestAborted);
        using var subscription = stream.Open(new ChannelSink(lines.Writer));
        try
        {
            while (await lines.Reader.WaitToReadAsync(http.RequestAborted))
            {
                while (lines.Reader.TryRead(out var line)) await http.Response.Body.WriteAsync(line, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client went away.
        }
    }

    sealed class ChannelSink(ChannelWriter<ReadOnlyMemory<byte>> lines) : ILineSink
    {
        public void Write(ReadOnlyMemory<byte> line) => lines.TryWrite(line);

        public void End() => lines.TryComplete();
    }
}
