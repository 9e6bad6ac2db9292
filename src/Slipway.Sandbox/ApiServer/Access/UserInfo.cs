using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>Who a request comes from, as authentication found (Kubernetes <c>authentication.k8s.io/v1 UserInfo</c>).</summary>
public sealed record UserInfo(string Name, IReadOnlyList<string> Groups)
{
    public const string AllAuthenticated = "system:authenticated";
    public const string AllUnauthenticated = "system:unauthenticated";
    public const string Masters = "system:masters";
    public const string ServiceAccounts = "system:serviceaccounts";

    // Before those who have it: statics are set in the order of the file.
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> NoExtra { get; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Requests of this process: the sandbox's own controllers and whoever reaches the API server without a socket.</summary>
    public static UserInfo Admin { get; } = new("system:admin", [Masters, AllAuthenticated]);

    /// <summary>Everyone, where nobody has to say who they are.</summary>
    public static UserInfo Anyone { get; } = new("slipway-sandbox", [Masters, AllAuthenticated]);

    public static UserInfo Anonymous { get; } = new("system:anonymous", [AllUnauthenticated]);

    public string? Uid { get; init; }

    /// <summary>What else authentication knows of the user.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = NoExtra;

    /// <summary>May do everything, whatever roles say.</summary>
    public bool IsMaster => Groups.Contains(Masters);

    public static UserInfo ServiceAccount(string ns, string name, string? uid) =>
        new($"system:serviceaccount:{ns}:{name}", [ServiceAccounts, $"{ServiceAccounts}:{ns}", AllAuthenticated]) { Uid = uid };

    /// <summary>A user with the group every authenticated user is in.</summary>
    public static UserInfo Authenticated(string name, IEnumerable<string> groups) => new(name, [.. groups.Append(AllAuthenticated).Distinct()]);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid is not null) json["uid"] = Uid;
        json["groups"] = new JsonArray([.. Groups.Select(group => JsonValue.Create(group))]);
        if (Extra.Count > 0) json["extra"] = new JsonObject(Extra.Select(known => KeyValuePair.Create<string, JsonNode?>(known.Key, new JsonArray([.. known.Value.Select(value => JsonValue.Create(value))]))));
        return json;
    }
}
