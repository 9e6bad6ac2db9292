using Slipway.Operator;
using Slipway.Runtime.Api;
using Slipway.Web.Identity.Oidc;

namespace Slipway.Web;

/// <summary>How people prove who they are.</summary>
public abstract record Entrance
{
    Entrance() { }

    /// <summary>Whoever holds the printed one-time address is the person of the kubeconfig: for one's own machine, on loopback only.</summary>
    /// <param name="Name">Whom the API server takes us for.</param>
    /// <param name="Api">The person's connection.</param>
    /// <param name="Announce">Tells the next address to enter by; each is good for once.</param>
    public sealed record Kubeconfig(string Name, KubernetesApi Api, Action<Uri> Announce) : Entrance;

    /// <summary>People paste a bearer token, and act with it.</summary>
    /// <param name="As">A connection that carries this token and nothing else.</param>
    public sealed record Token(Func<string, KubernetesApi> As) : Entrance;

    /// <summary>People sign in at a provider, and act with the ID token it gives them.</summary>
    /// <param name="Client">What the console is to the provider.</param>
    /// <param name="As">A connection that carries the token of the moment and nothing else.</param>
    public sealed record Oidc(OidcClient Client, Func<Func<CancellationToken, ValueTask<string>>, KubernetesApi> As) : Entrance;
}

/// <summary>What a console shows, to whom, and where it listens.</summary>
public sealed record ConsoleOptions
{
    /// <summary>The cluster that is shown; the caller runs it.</summary>
    public required LiveCluster Cluster { get; init; }

    public required Entrance Entrance { get; init; }

    /// <summary>What the cluster is called in the page's head.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Address to listen on; an entrance by kubeconfig takes loopback addresses only.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>0 picks a free port.</summary>
    public int Port { get; init; }

    /// <summary>Where people reach it when something stands in front of it: its host is accepted beside our own.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The people's clock; sessions and permissions go by it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
