namespace Slipway.Tests.Worlds;

/// <summary>Everything that is ready to run, on one thread, in an order that the seed chooses.</summary>
sealed class SimulationContext(int seed) : SynchronizationContext
{
    readonly Random _chance = new(seed);
    readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];

    public bool HasReady => _ready.Count > 0;

    public override void Post(SendOrPostCallback d, object? state) => _ready.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs one thing that is ready; false when nothing is.</summary>
    public bool RunOne()
    {
        if (_ready.Count == 0) return false;
        var at = seed == 0 ? 0 : _chance.Next(_ready.Count);
        var (callback, state) = _ready[at];
        _ready.RemoveAt(at);
        callback(state);
        return true;
    }
}
