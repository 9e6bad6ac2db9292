namespace Slipway.Sandbox.Storage;

/// <summary>The changes of late in order of their versions, for watches that resume; the oldest go first.</summary>
sealed class ChangeLog
{
    /// <summary>Changes kept for watches that resume; older ones are compacted away.</summary>
    const int Kept = 20_000;

    /// <summary>How much text replaced versions may have altogether; beyond that fewer changes are kept.</summary>
    const long KeptBytes = 12 * 1024 * 1024;

    readonly List<ObjectChange> _changes = [];
    int _first;
    long _replaced;

    /// <summary>What can be resumed after.</summary>
    public long Compacted { get; private set; }

    public void Add(ObjectChange change)
    {
        _changes.Add(change);
        _replaced += change.Replaced;
        while (_changes.Count - _first > Kept || _replaced > KeptBytes) Forget();
        if (_first < Kept) return;

        // The list is moved once in so many additions.
        _changes.RemoveRange(0, _first);
        _first = 0;
    }

    /// <summary>Every change later than a version.</summary>
    public ReadOnlySpan<ObjectChange> After(long version)
    {
        var kept = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes)[_first..];
        var (low, high) = (0, kept.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (kept[middle].Version > version) high = middle;
            else low = middle + 1;
        }

        return kept[low..];
    }

    /// <summary>Forgets all of them, as etcd's compaction does.</summary>
    public void Compact(long version)
    {
        _changes.Clear();
        (_first, _replaced, Compacted) = (0, 0, version);
    }

    void Forget()
    {
        var oldest = _changes[_first];
        _changes[_first++] = null!;
        _replaced -= oldest.Replaced;
        Compacted = oldest.Version;
    }
}
