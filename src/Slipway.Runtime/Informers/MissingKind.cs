using Slipway.Resources;

namespace Slipway.Runtime.Informers;

/// <summary>How long to wait before a kind that is not served is asked for again: until its definition comes, or a while where definitions are not followed.</summary>
sealed class MissingKind(ResourceType type, DefinitionWatch? definitions, TimeSpan retry, Pauses pauses)
{
    /// <summary>A kind that is defined is served in no time; one that is not is told of, and asked for again only in case that was missed.</summary>
    static readonly TimeSpan ServedSoon = TimeSpan.FromSeconds(5), InCaseItWasMissed = TimeSpan.FromHours(6);

    int _unserved;

    public async Task WaitAsync(CancellationToken cancellation)
    {
        if (definitions is null or { WereSeen: true, AreFollowed: false })
        {
            await pauses.ForAsync(retry, cancellation);
            return;
        }

        if (!definitions.WereSeen) await pauses.UntilAsync(definitions.SyncedAsync(cancellation), retry, cancellation);
        if (!definitions.AreFollowed) return;

        // What is defined and not served may be served in another version only.
        var told = definitions.NextAsync(type);
        await pauses.UntilAsync(told, definitions.Has(type) ? ServedSoon * Math.Pow(2, Math.Min(_unserved++, 10)) : InCaseItWasMissed, cancellation);
        if (told.IsCompleted) _unserved = 0;
    }
}
