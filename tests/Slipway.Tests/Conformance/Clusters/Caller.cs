using System.Net.Http.Headers;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>Somebody a request is to be taken for. HttpClient joins the values of a header into one: a real server would see one group of a long name.</summary>
public sealed record Person(string? Name, IReadOnlyList<string> Groups)
{
    public string? Uid { get; init; }

    public IReadOnlyList<(string Key, string Value)> Extra { get; init; } = [];
}

/// <summary>Who sends a request.</summary>
/// <param name="Token">Brought by one who is not the administrator; null: nothing is.</param>
/// <param name="IsAdministrator">Comes with the credentials of the kubeconfig.</param>
/// <param name="Person">Whom they act as; null: themselves.</param>
sealed record Caller(string? Token, bool IsAdministrator, Person? Person)
{
    public static Caller Administrator { get; } = new(null, IsAdministrator: true, null);

    public void Sign(HttpRequestMessage request)
    {
        if (Token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (Person is null) return;
        if (Person.Name is { } name) request.Headers.Add("Impersonate-User", name);
        foreach (var group in Person.Groups) request.Headers.Add("Impersonate-Group", group);
        if (Person.Uid is { } uid) request.Headers.Add("Impersonate-Uid", uid);
        foreach (var (key, value) in Person.Extra) request.Headers.Add($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
    }
}
