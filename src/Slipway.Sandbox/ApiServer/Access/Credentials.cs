namespace Slipway.Sandbox.ApiServer.Access;

/// <summary>What a request brings to say who it comes from.</summary>
public sealed record Credentials
{
    const string Extra = "Impersonate-Extra-";

    /// <summary>Brought by requests that come through no socket.</summary>
    public static Credentials InProcess { get; } = new() { User = UserInfo.Admin };

    /// <summary>Known already: by its client certificate, or because it comes from this process.</summary>
    public UserInfo? User { get; init; }

    /// <summary>The <c>Authorization</c> header.</summary>
    public string? Authorization { get; init; }

    public string? ImpersonateUser { get; init; }
    public string? ImpersonateUid { get; init; }
    public IReadOnlyList<string> ImpersonateGroups { get; init; } = [];
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ImpersonateExtra { get; init; } = UserInfo.NoExtra;

    /// <summary>Acts as somebody else, or says a part of who that is.</summary>
    public bool Impersonates => ImpersonateUser is not null || ImpersonateUid is not null || ImpersonateGroups.Count > 0 || ImpersonateExtra.Count > 0;

    /// <summary>With whom the headers of a request want to be taken for.</summary>
    public Credentials Acting(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        var asked = headers.Where(header => header.Key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key, header => header.Value.ToList(), StringComparer.OrdinalIgnoreCase);
        if (asked.Count == 0) return this;
        return this with
        {
            ImpersonateUser = asked.GetValueOrDefault("Impersonate-User")?.FirstOrDefault(),
            ImpersonateUid = asked.GetValueOrDefault("Impersonate-Uid")?.FirstOrDefault(),
            ImpersonateGroups = asked.GetValueOrDefault("Impersonate-Group") ?? [],
            ImpersonateExtra = asked.Where(header => header.Key.StartsWith(Extra, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(header => Uri.UnescapeDataString(header.Key[Extra.Length..].ToLowerInvariant()), IReadOnlyList<string> (header) => header.Value),
        };
    }
}
