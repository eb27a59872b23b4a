using System.Buffers.Binary;
using System.IO.Hashing;

namespace Wandb.Agent.RunFiles;

/// <summary>How a chunk takes part in a record. Zero marks an area that was never written.</summary>
internal enum ChunkType : byte
{
    Zero = 0,
    Full = 1,
    First = 2,
    Middle = 3,
    Last = 4,
}

/// <summary>The 7 bytes before the data of a chunk.</summary>
internal readonly record struct ChunkHeader(uint Checksum, int Length, byte RawType)
{
    private static readonly uint[] TypeChecksums = [.. Enumerable.Range(0, 5).Select(type => Crc32.HashToUInt32([(byte)type]))];

    public ChunkType Type => (ChunkType)RawType;

    public bool IsZero => Checksum == 0 && Length == 0 && RawType == 0;

    public bool HasKnownType => RawType is >= (byte)ChunkType.Full and <= (byte)ChunkType.Last;

    /// <param name="bytes">At least 7 bytes.</param>
    public static ChunkHeader Parse(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]), bytes[6]);

    /// <param name="typeAndData">The type byte and the data behind it, as they stand in the file.</param>
    public bool Matches(ReadOnlySpan<byte> typeAndData) =>
        typeAndData.Length == 1 ? Checksum == TypeChecksums[RawType] : Crc32.HashToUInt32(typeAndData) == Checksum;
}
