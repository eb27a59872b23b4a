using System.Buffers.Binary;
using System.IO.Hashing;
using Wandb.Sandbox.Trainer;

namespace Wandb.Sandbox.Tests.Trainer;

public sealed class RunFileWriterTests
{
    private const int Block = RunFileWriter.BlockBytes;
    private const int Header = RunFileWriter.ChunkHeaderBytes;

    [Fact]
    public void New_file_holds_its_header_and_nothing_else()
    {
        using var output = new MemoryStream();
        using var writer = new RunFileWriter(output);

        Assert.Equal(":W&B"u8.ToArray().Concat(new byte[] { 0xE1, 0xBE, 0 }), output.ToArray());
    }

    [Fact]
    public void Short_record_is_one_chunk_with_the_checksum_of_type_and_data()
    {
        byte[] file = Written("abc"u8.ToArray());

        Assert.Equal(Header + Header + 3, file.Length);
        Assert.Equal(Crc32.HashToUInt32([1, .. "abc"u8]), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(7)));
        Assert.Equal([3, 0, 1, .. "abc"u8], file[11..]);
    }

    [Fact]
    public void Record_over_several_blocks_is_cut_at_their_ends()
    {
        byte[] file = Written(new byte[3 * Block]);

        Assert.Equal([(Header, 2), (Block, 3), (2 * Block, 3), (3 * Block, 4)], Chunks(file).Select(chunk => (chunk.Offset, (int)chunk.Type)));
        Assert.Equal(3 * Block, Chunks(file).Sum(chunk => chunk.Data.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Tail_too_short_for_a_chunk_is_zeroed(int tail)
    {
        byte[] file = Written(new byte[Block - Header - Header - tail], "next"u8.ToArray());

        Assert.All(file[(Block - tail)..Block], zero => Assert.Equal(0, zero));
        Assert.Equal([(Header, 1), (Block, 1)], Chunks(file).Select(chunk => (chunk.Offset, (int)chunk.Type)));
    }

    [Fact]
    public void Tail_of_exactly_a_chunk_header_holds_a_first_chunk_without_data()
    {
        byte[] file = Written(new byte[Block - Header - Header - Header], "next"u8.ToArray());

        Assert.Equal([(Header, 1, Block - 21), (Block - Header, 2, 0), (Block, 4, 4)], Chunks(file).Select(chunk => (chunk.Offset, (int)chunk.Type, chunk.Data.Length)));
    }

    [Fact]
    public void Only_full_blocks_are_written_before_the_end()
    {
        using var output = new MemoryStream();
        using (var writer = new RunFileWriter(output))
        {
            writer.Append(new byte[100]);
            Assert.Equal(Header, output.Length);
            writer.Append(new byte[Block]);
            Assert.Equal(Block, output.Length);
        }

        Assert.True(output.Length > Block);
    }

    [Fact]
    public void Flushed_file_goes_on_where_it_was()
    {
        using var output = new MemoryStream();
        using (var writer = new RunFileWriter(output))
        {
            foreach (byte[] record in Records)
            {
                writer.Append(record);
                writer.Flush();
            }
        }

        Assert.Equal(Written(Records), output.ToArray());
    }

    private static byte[][] Records => [new byte[10], new byte[Block], [], new byte[Block - Header], new byte[3]];

    private static byte[] Written(params ReadOnlySpan<byte[]> records)
    {
        using var output = new MemoryStream();
        using (var writer = new RunFileWriter(output))
        {
            foreach (byte[] record in records)
            {
                writer.Append(record);
            }
        }

        return output.ToArray();
    }

    private static List<(int Offset, byte Type, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(int, byte, byte[])>();
        int offset = Header;
        while (offset < file.Length)
        {
            int left = Block - (offset % Block);
            if (left < Header)
            {
                offset += left;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset + 4));
            Assert.Equal(Crc32.HashToUInt32(file.AsSpan(offset + 6, length + 1)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset)));
            chunks.Add((offset, file[offset + 6], file[(offset + Header)..(offset + Header + length)]));
            offset += Header + length;
        }

        return chunks;
    }
}
