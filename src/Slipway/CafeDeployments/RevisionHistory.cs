using System.Globalization;
using Slipway.Resources;

namespace Slipway.CafeDeployments;

/// <summary>The templates a CafeDeployment had, newest last, and going back to one of them.</summary>
public static class RevisionHistory
{
    public static string NameOf(ObjectKey cafe, string hash) => $"{cafe.Name}-{hash}";

    /// <summary>What <see cref="Names.RollBackTo"/> asks for; null when nothing.</summary>
    public static string? RollBackTo(CafeDeployment cafe) => cafe.Metadata.Annotations?.GetValueOrDefault(Names.RollBackTo);

    /// <summary>The revision that is meant; <c>0</c> is the one before the newest.</summary>
    public static TemplateRevision? Find(CafeObservation seen, string wanted) => wanted == "0"
        ? seen.Revisions.Where(revision => revision.Hash != seen.Revision).MaxBy(revision => revision.Number)
        : long.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? seen.Revisions.FirstOrDefault(revision => revision.Number == number) : null;

    /// <summary>Keeps the template that is wanted now as the newest revision; an old template that is wanted again is its old revision with a new number.</summary>
    public static IEnumerable<CafeChange> Keep(CafeObservation seen)
    {
        var newest = seen.Revisions.Count == 0 ? 0 : seen.Revisions.Max(revision => revision.Number);
        if (seen.Revisions.FirstOrDefault(revision => revision.Hash == seen.Revision) is not { } kept)
        {
            yield return new CafeChange.SaveRevision(NameOf(seen.Cafe.Key, seen.Revision), seen.Revision, newest + 1, seen.Cafe.Spec.Template);
        }
        else if (kept.Number < newest) yield return new CafeChange.RenumberRevision(kept, newest + 1);
    }

    /// <summary>Old revisions that no pod is of, beyond the limit, oldest first.</summary>
    public static IEnumerable<CafeChange> Prune(CafeObservation seen)
    {
        var used = seen.Sets.SelectMany(set => set.Pods).Select(pod => pod.Revision).Append(RolloutStep.Recorded(seen)?.Revision).ToHashSet();
        var old = seen.Revisions.Where(revision => revision.Hash != seen.Revision && !used.Contains(revision.Hash)).OrderBy(revision => revision.Number).ToList();
        return old.Take(Math.Max(0, old.Count - (seen.Cafe.Spec.HistoryLimit ?? 20))).Select(revision => new CafeChange.DeleteRevision(revision));
    }
}
