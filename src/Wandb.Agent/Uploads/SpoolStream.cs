namespace Wandb.Agent.Uploads;

/// <summary>Reads a file that stays open elsewhere and then bytes from memory, at its own position.</summary>
/// <param name="length">Of the file, as far as it counts.</param>
internal sealed class SpoolStream(FileStream file, long length, byte[] tail) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length + tail.Length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = 0;
        if (_position < length)
        {
            read = RandomAccess.Read(file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, length - _position)], _position);
        }
        else if (_position < Length)
        {
            var from = (int)(_position - length);
            read = Math.Min(buffer.Length, tail.Length - from);
            tail.AsSpan(from, read).CopyTo(buffer);
        }
        _position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
