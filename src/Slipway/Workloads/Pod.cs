using System.Globalization;
using Slipway.Resources;
using Slipway.Traffic;

namespace Slipway.Workloads;

/// <summary>The dozen facts of a pod that decisions look at. There are tens of thousands of these, so they are packed.</summary>
public sealed record Pod : IProjected
{
    readonly ulong _version;
    readonly string? _oddVersion;
    readonly long _createdTicks;
    readonly long _readyTicks;
    readonly uint _address;
    readonly string? _oddAddress;

    public required ObjectKey Key { get; init; }

    public required string Uid
    {
        get => Identity.ToString();
        init => Identity = new(value);
    }

    /// <summary>The UID, to compare and to look up by without making a string of it.</summary>
    public PackedUid Identity { get; private init; }

    public required string ResourceVersion
    {
        get => _oddVersion ?? _version.ToString(CultureInfo.InvariantCulture);
        init
        {
            if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _version) || value.StartsWith('0')) _oddVersion = value;
        }
    }

    public required DateTimeOffset CreatedAt
    {
        get => new(_createdTicks, TimeSpan.Zero);
        init => _createdTicks = value.UtcTicks;
    }

    public required LabelSet Labels { get; init; }

    /// <summary>The owner that manages the pod (<c>controller: true</c>), if it has one.</summary>
    public Owner? Controller { get; init; }

    public string? Node { get; init; }

    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string Phase { get; init; } = "Pending";

    public bool Ready { get; init; }

    /// <summary>The readiness condition's transition time: another value means that readiness broke in between, whatever clock it is from.</summary>
    public DateTimeOffset? ReadyTransition
    {
        get => _readyTicks == 0 ? null : new(_readyTicks, TimeSpan.Zero);
        init => _readyTicks = value?.UtcTicks ?? 0;
    }

    public bool Terminating { get; init; }

    /// <summary>A static pod's mirror: its node brings it back whatever the API server is told.</summary>
    public bool Mirror { get; init; }

    /// <summary>An upgrade in place has been written, and its containers do not run yet: what looks ready is the old one.</summary>
    public bool AwaitsRestart { get; init; }

    /// <summary>Why the scheduler could not place it, in its own words.</summary>
    public string? Unschedulable { get; init; }

    public IReadOnlyList<Container> Containers { get; init; } = [];

    /// <summary>Its IP; null before it has one.</summary>
    public string? Address
    {
        get => _oddAddress ?? (_address == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{_address >> 24}.{(_address >> 16) & 255}.{(_address >> 8) & 255}.{_address & 255}"));
        init
        {
            if (!TryPack(value, out _address)) _oddAddress = value;
        }
    }

    /// <summary>Its readiness gates and who holds it out of traffic; null for a pod that has neither.</summary>
    public PodTraffic? Traffic { get; init; }

    /// <summary>What its annotations say of its going first; null where they say nothing, which is almost always.</summary>
    public DeletionMark? Mark { get; init; }

    public string Name => Key.Name;

    public bool HasUidOf(IProjected other) => other is Pod pod ? pod.Identity == Identity : other.Uid == Uid;

    /// <summary>It can serve: ready, not about to restart, and nobody has asked it to go.</summary>
    public bool Available => Ready && !Terminating && !AwaitsRestart;

    /// <summary>It could serve if nobody held it out of traffic.</summary>
    public bool Works => !Terminating && (Ready || Traffic is { ReadyButForGate: true });

    /// <summary>It will never run again by itself.</summary>
    public bool Finished => Phase is "Succeeded" or "Failed";

    static bool TryPack(string? address, out uint packed)
    {
        packed = 0;
        if (address is null) return true;
        var parts = address.Split('.');
        if (parts.Length != 4) return false;
        foreach (var part in parts)
        {
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            packed = (packed << 8) | number;
        }

        return true;
    }
}

/// <summary>A pod's deletion cost as it is written, and the ticket that wrote it, where one did.</summary>
public sealed record DeletionMark(string? Cost, string? Ticket)
{
    /// <summary>The cost a ReplicaSet reckons with; 0 where none is written.</summary>
    public int Value => int.TryParse(Cost, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;
}

/// <summary>Who manages an object.</summary>
public sealed record Owner(string Kind, string Name, string Uid);

/// <summary>One container of a pod, in the order of <c>spec.containers</c>.</summary>
public readonly record struct Container
{
    public required string Name { get; init; }

    /// <summary>The image as the pod's spec spells it.</summary>
    public required string Image { get; init; }

    /// <summary>The image that runs, as the container runtime names it: mostly <c>repository@sha256:…</c>.</summary>
    public string? ImageId { get; init; }

    public bool AlwaysPulls { get; init; }

    /// <summary>The leading 64 bits of the runtime's container ID; null before the first start.</summary>
    public ContainerId? Id { get; init; }

    public int Restarts { get; init; }

    /// <summary>Why it is not running: <c>CrashLoopBackOff</c>, <c>ImagePullBackOff</c>, …</summary>
    public string? Waiting { get; init; }
}
