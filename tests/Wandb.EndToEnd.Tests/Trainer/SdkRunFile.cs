using System.Buffers.Binary;
using Google.Protobuf;

namespace Wandb.EndToEnd.Tests.Trainer;

/// <summary>An undamaged file of the SDK, read with the least code that can do it; for tests of what writes such files.</summary>
internal static class SdkRunFile
{
    public static IEnumerable<byte[]> Records(byte[] file)
    {
        const int Block = 32768;
        var parts = new List<byte>();
        for (int offset = 7; offset < file.Length;)
        {
            int left = Block - (offset % Block);
            if (left < 7)
            {
                offset += left;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset + 4));
            parts.AddRange(file.AsSpan(offset + 7, length));
            if (file[offset + 6] is 1 or 4)
            {
                yield return [.. parts];
                parts.Clear();
            }

            offset += 7 + length;
        }
    }

    /// <summary>Field number and value of each field of a message: a long, or the bytes of what has a length.</summary>
    public static IReadOnlyList<(int Field, object Value)> Fields(byte[] message)
    {
        var fields = new List<(int, object)>();
        using var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            fields.Add((
                WireFormat.GetTagFieldNumber(tag),
                WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? input.ReadInt64() : input.ReadBytes()));
        }

        return fields;
    }
}
