using System.Buffers;
using System.Text;

namespace Wandb.Sandbox.Trainer;

/// <summary>
/// Fields of a protobuf message, one after the other: key (number × 8 + wire type) and value, as in
/// https://protobuf.dev/programming-guides/encoding. What is not set is left out by the caller, as proto3 writers do.
/// </summary>
internal sealed class ProtoBytes
{
    private const uint VarintType = 0;
    private const uint LengthType = 2;

    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>Valid until the next change.</summary>
    public ReadOnlySpan<byte> Written => bytes.WrittenSpan;

    public void Clear() => bytes.ResetWrittenCount();

    public ProtoBytes Number(int field, long value)
    {
        Key(field, VarintType);
        Varint((ulong)value);
        return this;
    }

    public ProtoBytes Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public ProtoBytes Text(int field, string value)
    {
        Key(field, LengthType);
        int length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        bytes.Advance(Encoding.UTF8.GetBytes(value, bytes.GetSpan(length)));
        return this;
    }

    public ProtoBytes TextUnlessEmpty(int field, string value) => value.Length == 0 ? this : Text(field, value);

    /// <summary>An inner message, bytes, or UTF-8.</summary>
    public ProtoBytes Message(int field, ReadOnlySpan<byte> value)
    {
        Length(field, value.Length);
        return Raw(value);
    }

    /// <summary>The head of a message whose fields follow.</summary>
    public ProtoBytes Length(int field, int length)
    {
        Key(field, LengthType);
        Varint((ulong)length);
        return this;
    }

    /// <summary>Fields that are encoded already.</summary>
    public ProtoBytes Raw(ReadOnlySpan<byte> fields)
    {
        bytes.Write(fields);
        return this;
    }

    /// <summary>Bytes that a number takes as a varint: 1 to 10.</summary>
    public static int VarintBytes(ulong value) => (64 - (int)ulong.LeadingZeroCount(value | 1) + 6) / 7;

    private void Key(int field, uint wireType) => Varint(((ulong)field << 3) | wireType);

    private void Varint(ulong value)
    {
        Span<byte> target = bytes.GetSpan(10);
        int length = 0;
        for (; value > 0x7F; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length++] = (byte)value;
        bytes.Advance(length);
    }
}
