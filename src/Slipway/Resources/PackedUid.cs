using System.Runtime.InteropServices;

namespace Slipway.Resources;

/// <summary>A UID in 24 bytes instead of a string's 96: nearly all are UUIDs; those that are not are kept as they are.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PackedUid
{
    readonly Guid _uuid;
    readonly string? _other;

    public PackedUid(string uid)
    {
        // Only what is written back letter for letter may be packed.
        if (Guid.TryParseExact(uid, "D", out _uuid) && !uid.AsSpan().ContainsAnyInRange('A', 'F')) return;
        _uuid = default;
        _other = uid;
    }

    public override string ToString() => _other ?? _uuid.ToString();
}
