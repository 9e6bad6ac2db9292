using System.Buffers.Binary;

namespace Slipway.Sandbox.ApiServer.Http.Spdy;

/// <summary>The frames of SPDY/3 that matter here, by their type; a frame of data has none.</summary>
enum SpdyType
{
    Data = 0,
    SynStream = 1,
    SynReply = 2,
    RstStream = 3,
    Ping = 6,
    GoAway = 7,
}

/// <summary>One frame (SPDY Protocol, draft 3.1, "Framing").</summary>
/// <param name="Type">What it is.</param>
/// <param name="Stream">Of data: the stream's number.</param>
/// <param name="IsLast">Its sender sends no more on that stream.</param>
/// <param name="Body">What comes behind the head of eight bytes.</param>
readonly record struct SpdyFrame(SpdyType Type, int Stream, bool IsLast, ReadOnlyMemory<byte> Body)
{
    const int HeadBytes = 8, MostBytes = 1 << 20;
    const byte Fin = 1, Control = 0x80, Version = 3;

    /// <summary>The number at the beginning of a control frame's body: a stream's, mostly.</summary>
    public int Subject => BinaryPrimitives.ReadInt32BigEndian(Body.Span) & int.MaxValue;

    public static SpdyFrame Data(int stream, ReadOnlyMemory<byte> bytes, bool isLast = false) => new(SpdyType.Data, stream, isLast, bytes);

    public static SpdyFrame Reply(int stream, ReadOnlySpan<byte> headers)
    {
        var body = new byte[4 + headers.Length];
        BinaryPrimitives.WriteInt32BigEndian(body, stream);
        headers.CopyTo(body.AsSpan(4));
        return new(SpdyType.SynReply, 0, false, body);
    }

    /// <exception cref="InvalidDataException">It is no frame of this version, or too long.</exception>
    /// <exception cref="EndOfStreamException">The other side has closed the connection.</exception>
    public static async ValueTask<SpdyFrame> ReadAsync(Stream from, CancellationToken cancellation)
    {
        var head = new byte[HeadBytes];
        await from.ReadExactlyAsync(head, cancellation);
        var length = (head[5] << 16) | (head[6] << 8) | head[7];
        if (length > MostBytes) throw new InvalidDataException($"a frame of {length} bytes is too long");
        var body = new byte[length];
        await from.ReadExactlyAsync(body, cancellation);
        var isLast = (head[4] & Fin) != 0;
        if ((head[0] & Control) == 0) return new(SpdyType.Data, BinaryPrimitives.ReadInt32BigEndian(head), isLast, body);
        if (head[1] != Version) throw new InvalidDataException($"SPDY {head[1]} is not spoken here");
        var type = (SpdyType)BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
        var least = type switch { SpdyType.SynStream => 10, SpdyType.RstStream or SpdyType.GoAway => 8, SpdyType.Ping => 4, _ => 0 };
        return length >= least ? new(type, 0, isLast, body) : throw new InvalidDataException($"a frame {type} of {length} bytes is cut off");
    }

    public byte[] Write()
    {
        var frame = new byte[HeadBytes + Body.Length];
        if (Type == SpdyType.Data)
        {
            BinaryPrimitives.WriteInt32BigEndian(frame, Stream);
        }
        else
        {
            (frame[0], frame[1]) = (Control, Version);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)Type);
        }

        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), Body.Length);
        if (IsLast) frame[4] = Fin;
        Body.CopyTo(frame.AsMemory(HeadBytes));
        return frame;
    }
}
