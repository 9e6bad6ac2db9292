using Slipway.Sandbox.ApiServer.Http.Spdy;
using Xunit;

namespace Slipway.Tests.Sandbox.ApiServer.Exec;

/// <summary>The wire of SPDY/3.1; that kubectl understands it is held by its journeys.</summary>
public sealed class SpdyTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Written by zlib with the dictionary of the draft, one after another: each depends on those before.</summary>
    static readonly byte[][] Blocks =
    [
        Convert.FromHexString("78f9e3c6a7c202e50e703a2b294a4dcc851625aca9a080c652c670211c07000000ffff"),
        Convert.FromHexString("02f21831351697003313000000ffff"),
        Convert.FromHexString("c22a05cc0529f9a52500000000ffff"),
    ];

    [Fact]
    public void The_dictionary_is_the_drafts()
    {
        var (low, high) = (1u, 0u);
        foreach (var value in SpdyHeaders.Dictionary) (low, high) = ((low + value) % 65521, (high + (low + value) % 65521) % 65521);

        Assert.Equal((1423, 0xe3c6a7c2), (SpdyHeaders.Dictionary.Length, (high << 16) | low));
    }

    [Fact]
    public void Header_blocks_are_read_one_after_another()
    {
        using var reader = new SpdyHeaders.Reader();

        var first = reader.Read(Blocks[0]);
        var rest = Blocks[1..].Select(block => reader.Read(block)["streamType"]).ToList();

        Assert.Equal(("error", "text/plain"), (first["streamType"], first["Content-Type"]));
        Assert.Equal(["stdin", "stdout"], rest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("78f9e3c6a7c2")]
    [InlineData("78f9e3c6a7c202e50e703a2b29")]
    [InlineData("78f9e3c6a7c2ffffffffffffff")]
    [InlineData("7820e3c6a7c2000400fbff7fffffff")]
    public void A_block_that_is_none_is_refused(string block)
    {
        using var reader = new SpdyHeaders.Reader();

        var refusal = Assert.ThrowsAny<Exception>(() => reader.Read(Convert.FromHexString(block)));

        Assert.True(refusal is InvalidDataException or EndOfStreamException, $"{refusal}");
    }

    [Fact]
    public async Task Frames_are_read_as_they_were_written()
    {
        SpdyFrame[] frames = [SpdyFrame.Data(3, "hello"u8.ToArray()), SpdyFrame.Data(5, default, isLast: true), SpdyFrame.Reply(7, [1, 2, 3])];
        using var wire = new MemoryStream([.. frames.SelectMany(frame => frame.Write())]);

        foreach (var written in frames)
        {
            var read = await SpdyFrame.ReadAsync(wire, Cancellation);
            Assert.Equal((written.Type, written.Stream, written.IsLast), (read.Type, read.Stream, read.IsLast));
            Assert.Equal(written.Body.ToArray(), read.Body.ToArray());
        }

        Assert.Equal(7, frames[2].Subject);
    }

    [Theory]
    [InlineData("80020001000000080000000000000000", "SPDY 2 is not spoken here")]
    [InlineData("8003000100000004" + "00000001", "a frame SynStream of 4 bytes is cut off")]
    [InlineData("0000000100ffffff", "a frame of 16777215 bytes is too long")]
    public async Task A_frame_that_is_none_is_refused(string bytes, string why)
    {
        using var wire = new MemoryStream(Convert.FromHexString(bytes));

        Assert.Equal(why, (await Assert.ThrowsAsync<InvalidDataException>(async () => await SpdyFrame.ReadAsync(wire, Cancellation))).Message);
    }
}
