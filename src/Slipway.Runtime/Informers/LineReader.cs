namespace Slipway.Runtime.Informers;

/// <summary>Reads a stream line by line into one growing buffer, and awaits nothing but the stream itself.</summary>
sealed class LineReader(Stream stream)
{
    byte[] _buffer = new byte[16 * 1024];
    int _start;
    int _end;
    int _next;

    /// <summary>The current line without its end; valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _next - _start).TrimEnd("\r\n"u8);

    /// <summary>Moves to the next line that is not empty; false at the stream's end. A last line without an end is cut off, and dropped.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        _start = _next;
        var searched = _start;
        while (true)
        {
            var newline = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                _next = searched + newline + 1;
                if (!Line.IsEmpty) return true;
                _start = searched = _next;
                continue;
            }

            searched = _end;
            if (_end == _buffer.Length) searched -= MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0) return false;
            _end += read;
        }
    }

    /// <summary>Moves what is unread to the front, or grows. Returns by how much it moved.</summary>
    int MakeRoom()
    {
        var moved = _start;
        var unread = _end - _start;
        var target = unread > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, unread);
        (_buffer, _start, _next, _end) = (target, 0, 0, unread);
        return moved;
    }
}
