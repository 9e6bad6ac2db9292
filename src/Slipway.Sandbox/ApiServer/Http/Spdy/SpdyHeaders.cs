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
        readonly MemoryStream _blocks = new();
        readonly DeflateStream _inflated;
        bool _isOpen;

        public Reader()
        {
            // .NET inflates without dictionaries: to have been told of it in an uncompressed block is the same.
            _inflated = new(_blocks, CompressionMode.Decompress);
            Add(Stored(Dictionary));
            _inflated.ReadExactly(new byte[Dictionary.Length]);
        }

        /// <exception cref="InvalidDataException">The block is none.</exception>
        /// <exception cref="EndOfStreamException">The block is cut off.</exception>
        public IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> block)
        {
            Add(block[Math.Min(_isOpen ? 0 : Opening.Length, block.Length)..]);
            _isOpen = true;
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            for (var left = Number(64); left > 0; left--) headers[Text()] = Text();
            return headers;
        }

        public void Dispose() => _inflated.Dispose();

        /// <summary>The inflater reads on where it had run dry; what it has read is not kept.</summary>
        void Add(ReadOnlySpan<byte> bytes)
        {
            if (_blocks.Position == _blocks.Length) _blocks.SetLength(0);
            var at = _blocks.Position;
            _blocks.Position = _blocks.Length;
            _blocks.Write(bytes);
            _blocks.Position = at;
        }

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
}
