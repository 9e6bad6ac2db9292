using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Slipway.Web.Components;
using Slipway.Web.Hosting;
using Slipway.Web.Identity;
using Slipway.Web.Identity.Oidc;
using Slipway.Web.Live;

namespace Slipway.Web;

/// <summary>The console as a server in this process.</summary>
public sealed partial class ConsoleHost : IAsyncDisposable
{
    readonly WebApplication _app;

    ConsoleHost(WebApplication app, Uri entrance) => (_app, Entrance) = (app, entrance);

    /// <summary>Where to begin: the one-time address, or the page that asks for a token.</summary>
    public Uri Entrance { get; }

    /// <exception cref="ConsoleException">The options contradict each other, or the port is taken.</exception>
    public static async Task<ConsoleHost> StartAsync(ConsoleOptions options, ILoggerFactory logs, CancellationToken cancellation)
    {
        var isLoopback = IPAddress.TryParse(options.Address, out var address) && IPAddress.IsLoopback(address);
        if (options.Entrance is Web.Entrance.Kubeconfig && !isLoopback)
        {
            throw new ConsoleException($"--auth kubeconfig lets whoever holds the printed address act as you, so it listens on loopback only; --address is {options.Address}");
        }

        var app = Build(options, logs);
        if (options.Entrance is Web.Entrance.Oidc oidc && await ProviderTroubleAsync(app, oidc.Client, logs, cancellation) is { } trouble)
        {
            await app.DisposeAsync();
            throw new ConsoleException(trouble);
        }

        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException taken)
        {
            await app.DisposeAsync();
            throw new ConsoleException($"cannot listen on {options.Address}:{options.Port}: {taken.GetBaseException().Message.TrimEnd('.')}", taken);
        }

        var root = RootOf(app, options);
        return new(app, options.Entrance is Web.Entrance.Kubeconfig ? Doors.NextAddress(app.Services.GetRequiredService<Sessions>(), root) : root);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    /// <summary>What is wrong with the flags, as far as the provider can tell; one that does not answer now may do so when people sign in.</summary>
    static async Task<string?> ProviderTroubleAsync(WebApplication app, OidcClient client, ILoggerFactory logs, CancellationToken cancellation)
    {
        if (await OidcDoor.ConfigurationAsync(app.Services, cancellation) is not { } published)
        {
            ProviderSilent(logs.CreateLogger("slipway.console"), client.Issuer.OriginalString);
            return null;
        }

        return published.Issuer == client.Issuer.OriginalString ? null
            : $"--oidc-issuer is {client.Issuer.OriginalString}, but the provider there calls itself {published.Issuer}: give it exactly so, for its tokens and the API server do";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "--oidc-issuer {Issuer} does not answer at /.well-known/openid-configuration; nobody can sign in until it does")]
    static partial void ProviderSilent(ILogger logger, string issuer);

    static WebApplication Build(ConsoleOptions options, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(ConsoleHost).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
        });
        var services = builder.Services;
        services.AddSingleton(logs);
        services.AddLogging();
        services.AddRoutingCore();
        services.AddSingleton(options).AddSingleton(options.Cluster).AddSingleton(options.Time);
        services.AddSingleton<Sessions>().AddSingleton<TicketLines>().AddSingleton(provider => new Pulse(options.Cluster, options.Time));
        services.AddScoped<Visitor>().AddScoped<AuthenticationStateProvider, CircuitPerson>();
        services.AddHttpContextAccessor();
        var authentication = services.AddAuthentication(SessionAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        if (options.Entrance is Web.Entrance.Oidc oidc) authentication.AddOidc(oidc, options.Time);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "slipway-form");
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            circuit.DisconnectedCircuitMaxRetained = 50;
        });

        var app = builder.Build();
        app.UseWalls(options.PublicUrl);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapAssets();
        app.MapDoors(options, app.Services.GetRequiredService<Sessions>(), () => RootOf(app, options));
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    static Uri RootOf(WebApplication app, ConsoleOptions options) =>
        options.PublicUrl ?? new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}

/// <summary>The console cannot be started as asked; the message is one sentence for a person.</summary>
public sealed class ConsoleException(string message, Exception? inner = null) : Exception(message, inner);
