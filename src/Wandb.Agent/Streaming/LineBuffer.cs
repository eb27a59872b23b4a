using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Bytes of a request body under construction. Lines of the file stream travel as JSON strings, so that everything inside a line is escaped once more:
/// <see cref="AppendEscaped"/> does that while it copies. Grows as needed; <see cref="Clear"/> gives a large array back.
/// </summary>
/// <param name="largeBytes">What it becomes when its first array is too small: arrays on the way there would be left behind, and what is not used of one takes no
/// memory. 0: it grows by halves.</param>
internal sealed class LineBuffer(int initialBytes, int largeBytes = 0) : IBufferWriter<byte>
{
    private static readonly SearchValues<byte> MustEscape =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(initialBytes);

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        EnsureSpace(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        EnsureSpace(1);
        _bytes[Length++] = value;
    }

    /// <summary>Appends a member of an object: a comma unless it is the first one, the label, the value.</summary>
    public void AppendMember(bool comma, ReadOnlySpan<byte> label, ReadOnlySpan<byte> value)
    {
        EnsureSpace(1 + label.Length + value.Length);
        var rest = _bytes.AsSpan(Length);
        rest[0] = (byte)',';
        var at = comma ? 1 : 0;
        label.CopyTo(rest[at..]);
        value.CopyTo(rest[(at + label.Length)..]);
        Length += at + label.Length + value.Length;
    }

    public void Append(long value)
    {
        EnsureSpace(20);
        value.TryFormat(_bytes.AsSpan(Length), out var written, default, null);
        Length += written;
    }

    /// <summary>Appends JSON text as the inside of a JSON string. Control characters can only be white space between tokens there: they become blanks.</summary>
    /// <param name="json">Valid JSON in UTF-8.</param>
    public void AppendEscaped(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            var plain = json.IndexOfAny(MustEscape);
            if (plain < 0)
            {
                Append(json);
                return;
            }
            EnsureSpace(plain + 2);
            json[..plain].CopyTo(_bytes.AsSpan(Length));
            Length += plain;
            var special = json[plain];
            if (special >= 0x20)
                _bytes[Length++] = (byte)'\\';
            _bytes[Length++] = special >= 0x20 ? special : (byte)' ';
            json = json[(plain + 1)..];
        }
    }

    /// <summary>Makes room for a record of this content at once, escapes included.</summary>
    public void Reserve(ReadOnlySpan<byte> record)
    {
        var escapes = 0;
        for (var rest = record; rest.IndexOfAny(MustEscape) is >= 0 and var at; rest = rest[(at + 1)..])
            escapes++;
        EnsureSpace(record.Length + escapes + 64);
    }

    /// <summary>Writes a number of at most 20 characters over what stands at <paramref name="at"/>.</summary>
    public void Overwrite(int at, long value) => value.TryFormat(_bytes.AsSpan(at, 20), out _, default, null);

    /// <summary>Takes back everything behind <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Empties the buffer; an array that one large line made grow is not kept.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > 4 * initialBytes && _bytes.Length != largeBytes)
            _bytes = GC.AllocateUninitializedArray<byte>(initialBytes);
    }

    void IBufferWriter<byte>.Advance(int count) => Length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        EnsureSpace(Math.Max(sizeHint, 256));
        return _bytes.AsMemory(Length);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        EnsureSpace(Math.Max(sizeHint, 256));
        return _bytes.AsSpan(Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureSpace(int count)
    {
        if (_bytes.Length - Length < count)
            Grow(count);
    }

    private void Grow(int count)
    {
        var needed = (long)Length + count;
        var bytes = needed <= largeBytes ? largeBytes : Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 3L / 2));
        var grown = GC.AllocateUninitializedArray<byte>((int)bytes);
        _bytes.AsSpan(0, Length).CopyTo(grown);
        _bytes = grown;
    }
}
