using Google.Protobuf;

namespace Slipway.Sandbox.ApiServer.Protobuf;

/// <summary>Writes a protobuf message, field by field.</summary>
sealed record WireMessage
{
    public byte[] Bytes { get; private init; } = [];

    public WireMessage With(int number, string text) => Write(number, WireFormat.WireType.LengthDelimited, output => output.WriteString(text));

    public WireMessage With(int number, long whole) => Write(number, WireFormat.WireType.Varint, output => output.WriteInt64(whole));

    public WireMessage With(int number, WireMessage inner) => Write(number, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(ByteString.CopyFrom(inner.Bytes)));

    public WireMessage WithFixed(int number, double real) => Write(number, WireFormat.WireType.Fixed64, output => output.WriteDouble(real));

    /// <summary>The body of a request: the prefix and the envelope around a message.</summary>
    public byte[] Of(string apiVersion, string kind) =>
        [.. "k8s\0"u8, .. new WireMessage().With(1, new WireMessage().With(1, apiVersion).With(2, kind)).With(2, this).With(3, "").With(4, "").Bytes];

    WireMessage Write(int number, WireFormat.WireType wire, Action<CodedOutputStream> value)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(number, wire);
        value(output);
        output.Flush();
        return new() { Bytes = [.. Bytes, .. bytes.ToArray()] };
    }
}
