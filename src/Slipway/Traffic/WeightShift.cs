using System.Globalization;

namespace Slipway.Traffic;

/// <summary>One setting to write.</summary>
/// <param name="Unit">Whose.</param>
/// <param name="From">The setting as it was seen.</param>
/// <param name="To">The setting to write.</param>
/// <param name="Kept">Where the setting is a total: the pod weight that the total is to follow from now on; null where it is to stay as it is.</param>
public sealed record WeightWrite(string Unit, string From, string To, int? Kept = null);

/// <summary>What is next in a shift of one service's weights: the record to store, then the writes, which are made once it is stored.</summary>
public sealed record ShiftProgress(ShiftedService Record, IReadOnlyList<WeightWrite> Writes)
{
    public bool IsDone { get; init; }

    /// <summary>Somebody else changed a weight meanwhile: who and what.</summary>
    public string? Interference { get; init; }

    /// <summary>When to look again although nothing changes.</summary>
    public TimeSpan? Wait { get; init; }
}

/// <summary>The order of a shift: raise the receivers, see it in force, lower the donors, see it in force. No unit is without weight on the way.</summary>
public static class WeightShift
{
    /// <summary>What is found, before anything is written.</summary>
    public static ShiftedService Begin(string service, WeightsSeen seen, IReadOnlyDictionary<string, int> wanted) => new()
    {
        Service = service,
        Provider = seen.Provider,
        Units =
        [
            .. seen.Units.Select(unit => new ShiftedUnit
            {
                Unit = unit.Unit,
                Backend = unit.Backend,
                SetWeight = wanted.GetValueOrDefault(unit.Unit, Rounded(unit.PodWeight)),
                Replicas = unit.Replicas,
                Found = unit.Setting,
                FoundWeight = Rounded(unit.PodWeight),
                FoundKept = unit.Kept,
                FoundActual = ActualOf(unit),
                ActualWeight = Rounded(unit.ActualWeight),
                Before = unit.Setting,
            }),
        ],
    };

    /// <summary>What the backends of a unit have whose setting stands elsewhere.</summary>
    public static string? ActualOf(UnitWeightSeen unit) => unit is { Backends: { } backends, IsOfBackends: false } ? $"{BackendWeights.Of(backends)}" : null;

    /// <summary>The next step towards the wanted weights, or back to those found.</summary>
    /// <param name="record">As stored.</param>
    /// <param name="seen">The balancer now.</param>
    /// <param name="restore">Back to what was found.</param>
    /// <param name="settle">How long a setting that nothing confirms is given to take effect.</param>
    /// <param name="now">The operator's time.</param>
    public static ShiftProgress Next(ShiftedService record, WeightsSeen seen, bool restore, TimeSpan settle, DateTimeOffset now)
    {
        var units = record.Units.Select(unit => new Side(unit, seen.Units.First(other => other.Unit == unit.Unit), restore)).ToList();
        if (units.FirstOrDefault(unit => unit.IsForeign) is { } foreign && !restore)
        {
            return new(Report(record, units, "stopped", now), []) { Interference = foreign.Interference };
        }

        // On the way back the weights that others have set meanwhile stay theirs.
        var ours = units.Where(unit => !unit.IsForeign).ToList();
        var receivers = ours.Where(unit => unit.Goal > unit.Seen.Number).ToList();
        var donors = ours.Where(unit => unit.Goal < unit.Seen.Number).ToList();
        var same = ours.Where(unit => (!unit.Seen.Has(unit.GoalSetting) || unit.GoalKept != unit.Seen.Kept) && Math.Abs(unit.Goal - unit.Seen.Number) < 1e-9).ToList();
        var waiting = ours.Except(donors).Where(unit => unit.IsSet && !unit.InForce(settle, now, isLast: donors.Count == 0)).ToList();
        return (receivers, waiting, donors, same) switch
        {
            ({ Count: > 0 }, _, _, _) => Write(record, units, receivers, same, "raises", now),
            (_, { Count: > 0 }, _, _) => new(Report(record, units, waiting[0].Waits, now), []) { Wait = waiting.Select(unit => unit.Left(settle, now)).Max() },
            (_, _, { Count: > 0 }, _) => Write(record, units, donors, same, "lowers", now),
            (_, _, _, { Count: > 0 }) => Write(record, units, same, [], "writes", now),
            _ => new(Report(record, units, restore ? "the weights found are restored" : Outcome(units), now), []) { IsDone = true },
        };
    }

    /// <summary>Targets are stored first; only a stored target is written. What weighs the same and is written otherwise goes along.</summary>
    static ShiftProgress Write(ShiftedService record, List<Side> all, List<Side> moved, List<Side> same, string verb, DateTimeOffset now)
    {
        List<Side> changed = [.. moved, .. same];
        var stored = changed.TrueForAll(unit => unit.Stored.Target == unit.GoalSetting);
        var message = changed.Select(unit => unit.Seen.Refused).FirstOrDefault(refused => refused is not null) ?? $"{verb} {string.Join(", ", moved.Select(unit => $"{unit.Seen.Unit} to {Rounded(unit.Goal / unit.Seen.Factor)}"))}";
        if (stored) return new(Report(record, all, message, now), [.. changed.Select(unit => new WeightWrite(unit.Seen.Unit, unit.Seen.Setting, unit.GoalSetting, unit.GoalKept))]);
        var targeted = all.Select(unit => changed.Contains(unit) ? unit with { Stored = unit.Stored with { Before = unit.Seen.Setting, Target = unit.GoalSetting, ReachedAt = null } } : unit).ToList();
        return new(Report(record, targeted, message, now), []);
    }

    static ShiftedService Report(ShiftedService record, IReadOnlyList<Side> units, string message, DateTimeOffset now)
    {
        var (set, actual) = (units.Sum(unit => (double)unit.Stored.SetWeight * unit.Seen.Replicas), units.Sum(unit => unit.Seen.Total));
        return record with
        {
            Message = message,
            Units =
            [
                .. units.Select(unit => unit.Stored with
                {
                    Replicas = unit.Seen.Replicas,
                    ActualWeight = Rounded(unit.Seen.ActualWeight),
                    SetShare = Share(unit.Stored.SetWeight * unit.Seen.Replicas, set),
                    ActualShare = Share(unit.Seen.Total, actual),
                    ReachedAt = unit.Seen.Has(unit.Stored.Target) ? unit.Stored.ReachedAt ?? now : null,
                }),
            ],
        };
    }

    /// <summary><c>33.3 %</c>; nothing where nothing carries weight.</summary>
    public static string? Share(double part, double whole) => whole <= 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{100 * part / whole:0.0} %");

    static string Outcome(List<Side> units) => units.FirstOrDefault(unit => unit.Seen.IsInForce != true)?.Seen switch
    {
        null => "in force",
        { IsInForce: null } => "set, not confirmed: nothing says what the balancer has",
        var other => $"in force but for {other.Backend}, which this ticket left as it is{(other.NotInForce is { } why ? $": {why}" : "")}",
    };

    static int Rounded(double weight) => (int)Math.Round(weight, MidpointRounding.AwayFromZero);

    /// <summary>A unit as recorded and as seen.</summary>
    sealed record Side(ShiftedUnit Stored, UnitWeightSeen Seen, bool Restore)
    {
        /// <summary>A total that followed a pod weight when it was found comes back as that pod weight gives it now.</summary>
        public string GoalSetting => (Restore, Seen.IsOfBackends) switch
        {
            (false, _) => Seen.For(Stored.SetWeight),
            (true, false) => Stored.FoundKept is { } kept ? Seen.For(kept) : Stored.Found,
            (true, true) => $"{BackendWeights.Of(Seen.Backends!.ToDictionary(backend => backend.Key, backend => IsOurs(backend.Key, backend.Value) ? Found[backend.Key] : backend.Value))}",
        };

        public int? GoalKept => !Seen.IsTotal ? null : Restore ? Stored.FoundKept : Stored.SetWeight;

        public double Goal => Seen.NumberOf(GoalSetting);

        BackendWeights Found => Read(Stored.Found);

        public bool IsForeign => IsForeignSetting || (!Restore && ForeignBackend is not null);

        /// <summary>Neither what was there before our last change nor what it wrote, nor a total that follows either.</summary>
        bool IsForeignSetting => !Seen.IsOfBackends && Seen.Setting != Stored.Before && Seen.Setting != Stored.Target && Seen.Setting != GoalSetting
            && (Seen.Kept is not { } kept || (kept != Stored.SetWeight && kept != Stored.FoundKept));

        /// <summary>A backend with a weight that neither this ticket nor what carries its setting over can have given it.</summary>
        string? ForeignBackend => Seen.Backends?.Where(backend => !(Seen.IsOfBackends ? IsOurs(backend.Key, backend.Value) : IsCarried(backend.Key, backend.Value))).Select(backend => backend.Key).Order(StringComparer.Ordinal).FirstOrDefault();

        /// <summary>A backend just added has the cloud controller's own weight until it is given its unit's.</summary>
        bool IsOurs(string address, int weight) =>
            weight == Found[address] || weight == Stored.SetWeight || weight == Seen.Default || (!Restore && weight == Read(Stored.Before)[address]);

        bool IsCarried(string address, int weight) =>
            new[] { Seen.Setting, Stored.Before, Stored.Target, GoalSetting }.Any(setting => setting is not null && Seen.NumberOf(setting) is var number && Math.Abs(number - weight) < 1e-9)
            || (Stored.FoundActual is { } found && Read(found)[address] == weight);

        BackendWeights Read(string? setting) => BackendWeights.Parse(setting, Seen.Default);

        /// <summary>It is to be seen in force: this ticket set it, or found it so and is told that it is not.</summary>
        public bool IsSet => Seen.Has(Stored.Target) || (!Restore && Seen.IsInForce == false && Seen.Has(GoalSetting));

        public string Interference => !IsForeignSetting && ForeignBackend is { } backend
            ? $"Backend {backend} of {Seen.Backend} was given weight {Seen.Backends![backend]} at the load balancer by somebody else while this ticket shifts its weight; it is left as it is"
            : $"{Seen.Backend} was set to {(Seen.Setting.Length == 0 ? "nothing" : Seen.Setting)}{(Seen.WrittenBy is { } who ? $" by {who}" : "")} while this ticket shifts its weight; it is left as it is";

        public string Waits => Seen.IsInForce is null
            ? $"{Seen.Backend} is set; the balancer is given time to take it over"
            : $"{Seen.Backend} is set and not in force{(Seen.NotInForce is { } why ? $": {why}" : "")}";

        public bool InForce(TimeSpan settle, DateTimeOffset now, bool isLast) => Seen.IsInForce ?? (isLast || Left(settle, now) <= TimeSpan.Zero);

        public TimeSpan? Left(TimeSpan settle, DateTimeOffset now) => Seen.IsInForce is null ? (Stored.ReachedAt ?? now) + settle - now : null;
    }
}
