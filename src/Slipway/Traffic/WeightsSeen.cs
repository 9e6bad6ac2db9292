using System.Globalization;

namespace Slipway.Traffic;

/// <summary>The weights of a service's deployment units, as its balancer has them.</summary>
public sealed record WeightsSeen
{
    public required string Provider { get; init; }

    /// <summary>When a balancer that must be asked was asked last; null where a watch tells.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>It must be asked, and has not been yet.</summary>
    public bool IsUnread { get; init; }

    public IReadOnlyList<UnitWeightSeen> Units { get; init; } = [];

    /// <summary>Why weights cannot be shifted here, one sentence each.</summary>
    public IReadOnlyList<string> Troubles { get; init; } = [];

    /// <summary>A balancer that must be asked is asked at most once a second.</summary>
    public bool IsStale(DateTimeOffset now) => IsUnread || (ReadAt is { } at && now - at >= TimeSpan.FromSeconds(1));
}

/// <summary>One unit behind a balancer.</summary>
public sealed record UnitWeightSeen
{
    public required string Unit { get; init; }

    /// <summary>What carries the weight: <c>Service cart-gz00a</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>The setting exactly as it stands: a number, empty where it is absent, several with commas where several places carry it.</summary>
    public required string Setting { get; init; }

    /// <summary>What an absent number counts as.</summary>
    public required int Default { get; init; }

    /// <summary>What a pod weight is multiplied by to get the setting: 1, or the unit's ready pods where the setting is a total.</summary>
    public int Factor { get; init; } = 1;

    /// <summary>The setting is the unit's total, so it has to follow the number of ready pods.</summary>
    public bool IsTotal { get; init; }

    /// <summary>The pod weight that the total follows; null where nobody has said so, or somebody has written another total since.</summary>
    public int? Kept { get; init; }

    /// <summary>Ready pods of the unit.</summary>
    public required int Replicas { get; init; }

    /// <summary>The balancer says that the setting is in force; null where nothing says so, and it can only be set.</summary>
    public bool? IsInForce { get; init; }

    /// <summary>Why it is not in force.</summary>
    public string? NotInForce { get; init; }

    /// <summary>Who last wrote it, where that is known.</summary>
    public string? WrittenBy { get; init; }

    /// <summary>Why the last write was not taken, or not all of it; one clause.</summary>
    public string? Refused { get; init; }

    /// <summary>The weights of the unit's backends as the balancer has them, by address; null where nothing says so.</summary>
    public IReadOnlyDictionary<string, int>? Backends { get; init; }

    /// <summary>The setting is what <see cref="Backends"/> have (<see cref="BackendWeights"/>), not something that a controller carries over to them.</summary>
    public bool IsOfBackends { get; init; }

    /// <summary>The setting as a number: the mean of several places.</summary>
    public double Number => NumberOf(Setting);

    public double PodWeight => Number / Factor;

    /// <summary>The weight of a pod as the balancer has it, else as it is set.</summary>
    public double ActualWeight => Backends is { Count: > 0 } backends ? backends.Values.Average() : PodWeight;

    /// <summary>What the unit weighs in all.</summary>
    public double Total => ActualWeight * Replicas;

    /// <summary>The setting that gives each pod this weight.</summary>
    public string For(int podWeight) => IsOfBackends
        ? podWeight.ToString(CultureInfo.InvariantCulture)
        : string.Join(',', Enumerable.Repeat((podWeight * Factor).ToString(CultureInfo.InvariantCulture), Setting.Split(',').Length));

    /// <summary>It is set like this. Backends that have come or gone since make no difference.</summary>
    public bool Has(string? setting) => setting is not null && (Setting == setting || (IsOfBackends && Of(setting) is var weights && Backends!.All(backend => weights[backend.Key] == backend.Value)));

    public double NumberOf(string setting) => IsOfBackends && Of(setting) is var weights
        ? Backends!.Keys.Select(address => (double)weights[address]).DefaultIfEmpty(weights.Most).Average()
        : Numbers(setting, Default).Average();

    BackendWeights Of(string setting) => BackendWeights.Parse(setting, Default);

    static IEnumerable<double> Numbers(string setting, int absent) =>
        setting.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : absent).Select(number => (double)number);
}
