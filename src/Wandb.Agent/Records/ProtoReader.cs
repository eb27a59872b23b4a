using System.Runtime.CompilerServices;

namespace Wandb.Agent.Records;

/// <summary>
/// Walks the fields of one serialized protobuf message without allocating. Every method answers false on malformed bytes and then stays at its place.
/// Source: Protocol Buffers encoding specification (varint, tag = field number * 8 + wire type; wire types 0, 1, 2, 5).
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public const int VarintType = 0;
    public const int Fixed64Type = 1;
    public const int BytesType = 2;
    public const int Fixed32Type = 5;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly int BytesLeft => _rest.Length;

    /// <param name="tag">Field number * 8 + wire type.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(out uint tag)
    {
        if (!_rest.IsEmpty && _rest[0] < 0x80)
        {
            tag = _rest[0];
            _rest = _rest[1..];
            return tag >= 8;
        }
        var read = TryReadVarint(out var value);
        tag = (uint)value;
        return read && value is >= 8 and <= uint.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(out ulong value)
    {
        if (!_rest.IsEmpty && _rest[0] < 0x80)
        {
            value = _rest[0];
            _rest = _rest[1..];
            return true;
        }
        return TryReadLongVarint(out value);
    }

    private bool TryReadLongVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(_rest.Length, 10); i++)
        {
            var b = _rest[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b >= 0x80)
                continue;
            _rest = _rest[(i + 1)..];
            return i < 9 || b <= 1;
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        if (TryReadVarint(out var length) && length <= (ulong)_rest.Length)
        {
            bytes = _rest[..(int)length];
            _rest = _rest[(int)length..];
            return true;
        }
        bytes = default;
        return false;
    }

    public bool TrySkip(uint tag)
    {
        switch (tag & 7)
        {
            case VarintType:
                return TryReadVarint(out _);
            case BytesType:
                return TryReadBytes(out _);
            case Fixed64Type:
                return TrySkipBytes(8);
            case Fixed32Type:
                return TrySkipBytes(4);
            default:
                return false;
        }
    }

    private bool TrySkipBytes(int count)
    {
        if (_rest.Length < count)
            return false;
        _rest = _rest[count..];
        return true;
    }
}
