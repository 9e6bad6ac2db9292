using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Slipway.Sandbox.ApiServer.Http.Spdy;

/// <summary>
/// The header blocks of SPDY/3: names and values, of which each side makes one zlib stream, primed with a dictionary both know
/// (SPDY Protocol, draft 3.1, "Name/Value Header Block").
/// </summary>
static class SpdyHeaders
{
    /// <summary>The header of a zlib stream that needs a dictionary, and the dictionary's checksum.</summary>
    static readonly byte[] Opening = [0x78, 0x20, 0xe3, 0xc6, 0xa7, 0xc2];

    /// <summary>What both sides have "seen" before the first block.</summary>
    public static byte[] Dictionary { get; } = WriteDictionary();

    /// <summary>A block of no headers, which is all that a server has to answer.</summary>
    /// <remarks>The block of nothing behind it makes the other side hand out what it has (zlib's sync flush).</remarks>
    /// <param name="isFirst">It opens its side's stream.</param>
    public static byte[] Empty(bool isFirst) => [.. isFirst ? Opening : [], .. Stored(new byte[4]), .. Stored([])];

    /// <summary>Bytes as deflate carries them uncompressed (RFC 1951, 3.2.4).</summary>
    static byte[] Stored(ReadOnlySpan<byte> bytes)
    {
        var block = new byte[5 + bytes.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~bytes.Length);
        bytes.CopyTo(block.AsSpan(5));
        return block;
    }

    static byte[] WriteDictionary()
    {
        string[] words =
        [
            .. "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection".Split(' '),
            .. "content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host".Split(' '),
            .. "if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization".Split(' '),
            .. "range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status".Split(' '),
            "200 OK", .. "version HTTP/1.1 url public set-cookie keep-alive origin".Split(' '),
        ];
        var bytes = new List<byte>();
        foreach (var word in words) bytes.AddRange([0, 0, 0, (byte)word.Length, .. Encoding.ASCII.GetBytes(word)]);
        bytes.AddRange("100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information"u8);
        bytes.AddRange("204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error"u8);
        bytes.AddRange("501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"u8);
        bytes.AddRange("chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivate"u8);
        bytes.AddRange("max-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."u8);
        return [.. bytes];
    }

    /// <summary>Reads the blocks of the other side, which depend on one another.</summary>
    public sealed class Reader : IDisposable
    {
        readonly Inbox _blocks = new();
        readonly DeflateStream _inflated;
        bool _isOpen;

        public Reader()
        {
            // .NET inflates without dictionaries: to have been told of it in an uncompressed block is the same.
            _inflated = new(_blocks, CompressionMode.Decompress);
            _blocks.Add(Stored(Dictionary));
            _inflated.ReadExactly(new byte[Dictionary.Length]);
        }

        /// <exception cref="InvalidDataException">The block is none.</exception>
        /// <exception cref="EndOfStreamException">The block is cut off.</exception>
        public IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> block)
        {
            _blocks.Add(block[Math.Min(_isOpen ? 0 : Opening.Length, block.Length)..]);
            _isOpen = true;
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            for (var left = Number(64); left > 0; left--) headers[Text()] = Text();
            return headers;
        }

        public void Dispose() => _inflated.Dispose();

        string Text()
        {
            var bytes = new byte[Number(4096)];
            _inflated.ReadExactly(bytes);
            return Encoding.ASCII.GetString(bytes);
        }

        int Number(int most)
        {
            Span<byte> bytes = stackalloc byte[4];
            _inflated.ReadExactly(bytes);
            var number = BinaryPrimitives.ReadInt32BigEndian(bytes);
            return number >= 0 && number <= most ? number : throw new InvalidDataException($"a header block has a length of {number}");
        }
    }

    /// <summary>A stream that has run dry for now and is filled again.</summary>
    sealed class Inbox : Stream
    {
        byte[] _bytes = [];
        int _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Add(ReadOnlySpan<byte> bytes) => (_bytes, _at) = ([.. _bytes.AsSpan(_at), .. bytes], 0);

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _bytes.Length - _at);
            _bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
