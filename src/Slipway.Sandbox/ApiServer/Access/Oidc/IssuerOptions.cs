namespace Slipway.Sandbox.ApiServer.Access.Oidc;

/// <summary>Whose ID tokens an API server accepts, and whom it takes their bearers for; the flags of kube-apiserver.</summary>
public sealed record IssuerOptions
{
    /// <summary>As tokens spell it in <c>iss</c> (<c>--oidc-issuer-url</c>).</summary>
    public required string Issuer { get; init; }

    /// <summary>Whom tokens must be made for (<c>--oidc-client-id</c>).</summary>
    public required string ClientId { get; init; }

    public string UsernameClaim { get; init; } = "sub";

    /// <summary>Null: none for <c>email</c>, else the issuer and <c>#</c>; <c>-</c>: none.</summary>
    public string? UsernamePrefix { get; init; }

    /// <summary>Null: tokens give no groups.</summary>
    public string? GroupsClaim { get; init; }

    public string GroupsPrefix { get; init; } = "";

    /// <summary>The issuer's clock, by which its tokens expire however fast the sandbox's runs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What stands before the name that a token gives (Kubernetes, "Authenticating", OpenID Connect tokens).</summary>
    internal string Prefix => UsernamePrefix switch
    {
        "-" => "",
        { } given => given,
        null when UsernameClaim == "email" => "",
        null => $"{Issuer}#",
    };
}
