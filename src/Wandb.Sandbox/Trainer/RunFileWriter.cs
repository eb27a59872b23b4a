using System.Buffers.Binary;
using System.IO.Hashing;

namespace Wandb.Sandbox.Trainer;

/// <summary>
/// Writes the container of a run file as the SDK does. It shares nothing with the agent's reader, so that the two can be tested against each
/// other.
/// <code>
/// file   = block*                      each 32,768 bytes, the last one may be short
/// block  = chunk* zero{0,6}            the first block begins with the file header: ":W&amp;B", 0xBEE1 little endian, version 0
/// chunk  = checksum length type data   4, 2, 1 bytes, little endian; CRC-32 (IEEE) over type and data
/// record = FULL | FIRST MIDDLE* LAST   types 1 | 2, 3, 4
/// </code>
/// Where exactly seven bytes of a block remain, a record begins with a FIRST chunk without data. Source: wandb/wandb, core/pkg/leveldb at
/// v0.28.2. Not safe for several threads.
/// </summary>
internal sealed class RunFileWriter : IDisposable
{
    public const int BlockBytes = 32 * 1024;
    public const int ChunkHeaderBytes = 7;

    private const byte Full = 1;
    private const byte First = 2;
    private const byte Middle = 3;
    private const byte Last = 4;

    private static ReadOnlySpan<byte> FileHeader => [(byte)':', (byte)'W', (byte)'&', (byte)'B', 0xE1, 0xBE, 0];

    private readonly Stream output;
    private readonly byte[] block = new byte[BlockBytes];
    private int used;
    private int written;

    /// <summary>Writes the file header at once: a run file is never empty.</summary>
    /// <param name="output">At its beginning; stays open when this is disposed.</param>
    public RunFileWriter(Stream output)
    {
        this.output = output;
        FileHeader.CopyTo(block);
        used = FileHeader.Length;
        Flush();
    }

    /// <summary>Appends one record. Like the SDK, only full blocks are written; see <see cref="Flush"/>.</summary>
    /// <param name="record">A serialized Record message; may be empty.</param>
    public void Append(ReadOnlySpan<byte> record)
    {
        bool isFirst = true;
        bool isLast;
        do
        {
            if (BlockBytes - used < ChunkHeaderBytes)
            {
                block.AsSpan(used).Clear();
                used = BlockBytes;
                CompleteBlock();
            }

            int length = Math.Min(record.Length, BlockBytes - used - ChunkHeaderBytes);
            isLast = length == record.Length;
            AppendChunk((isFirst, isLast) switch { (true, true) => Full, (true, false) => First, (false, false) => Middle, _ => Last }, record[..length]);
            record = record[length..];
            isFirst = false;
        }
        while (!isLast);
    }

    /// <summary>Writes what there is of the last block: what the SDK does only when the run ends.</summary>
    public void Flush()
    {
        output.Write(block.AsSpan(written..used));
        output.Flush();
        written = used;
    }

    public void Dispose() => Flush();

    private void AppendChunk(byte type, ReadOnlySpan<byte> data)
    {
        Span<byte> chunk = block.AsSpan(used, ChunkHeaderBytes + data.Length);
        data.CopyTo(chunk[ChunkHeaderBytes..]);
        chunk[6] = type;
        BinaryPrimitives.WriteUInt16LittleEndian(chunk[4..], (ushort)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk, Crc32.HashToUInt32(chunk[6..]));
        used += chunk.Length;
        CompleteBlock();
    }

    private void CompleteBlock()
    {
        if (used == BlockBytes)
        {
            Flush();
            used = written = 0;
        }
    }
}
