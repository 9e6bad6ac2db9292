using System.Net;
using System.Net.Sockets;

namespace Slipway.Sandbox.Nodes;

/// <summary>Loopback addresses 127.n.x.y that pods of this cluster alone listen on: two sandboxes on one machine must not answer for each other.</summary>
sealed class LoopbackBlock : IDisposable
{
    const int Highest = 244;
    const int Lowest = 128;
    const int Door = 10244;

    readonly Socket _claim;

    LoopbackBlock(int second, Socket claim) => (Second, _claim) = (second, claim);

    public int Second { get; }

    /// <summary>Takes the highest block that no other cluster has; a listening socket in it is the claim, and ends with the process.</summary>
    /// <exception cref="IOException">All of them are taken.</exception>
    public static LoopbackBlock Take()
    {
        for (var second = Highest; second >= Lowest; second--)
        {
            var claim = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                claim.Bind(new IPEndPoint(new IPAddress([127, (byte)second, 255, 254]), Door));
                claim.Listen(1);
                return new(second, claim);
            }
            catch (SocketException)
            {
                claim.Dispose();
            }
        }

        throw new IOException($"no block of loopback addresses is free: 127.{Lowest}.0.0 to 127.{Highest}.255.255 are taken by other sandboxes");
    }

    public void Dispose() => _claim.Dispose();
}
