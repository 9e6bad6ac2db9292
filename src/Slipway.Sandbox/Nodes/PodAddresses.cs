namespace Slipway.Sandbox.Nodes;

/// <summary>
/// Addresses 10.244.n.m, or 127.b.n.m where pods are to be reached: a node takes blocks of 254, another one when its last is full. A freed address is the last to be
/// given again.
/// </summary>
sealed class PodAddresses(LoopbackBlock? reached)
{
    const int perBlock = 254;

    readonly Dictionary<string, Queue<string>> free = [];
    readonly HashSet<string> inUse = [];
    int blocks;

    public string Take(string node)
    {
        var addresses = FreeOf(node);
        while (true)
        {
            if (addresses.Count == 0) AddBlock(addresses);
            var address = addresses.Dequeue();
            if (inUse.Add(address)) return address;
        }
    }

    /// <summary>Holds the address of a pod that was there before.</summary>
    public string Keep(string address)
    {
        inUse.Add(address);
        return address;
    }

    public void Release(string node, string address)
    {
        if (inUse.Remove(address)) FreeOf(node).Enqueue(address);
    }

    Queue<string> FreeOf(string node)
    {
        if (!free.TryGetValue(node, out var addresses)) free[node] = addresses = new();
        return addresses;
    }

    // After 10.244.255 comes 10.245.0.
    void AddBlock(Queue<string> addresses)
    {
        var network = reached is null ? $"10.{244 + blocks / 256}.{blocks % 256}" : $"127.{reached.Second}.{blocks % 255}";
        for (var host = 1; host <= perBlock; host++) addresses.Enqueue($"{network}.{host}");
        blocks++;
    }
}
