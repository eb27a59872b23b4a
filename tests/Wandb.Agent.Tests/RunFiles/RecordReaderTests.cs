using System.Buffers.Binary;
using Wandb.Agent.RunFiles;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class RecordReaderTests
{
    private const int Block = RunFileFormat.BlockBytes;
    private const int Header = RunFileFormat.ChunkHeaderBytes;

    [Fact]
    public void Worked_example_of_the_format_is_read_byte_for_byte()
    {
        // The first record of an SDK file (0.28.2) and the header of the next chunk.
        var file = Convert.FromHexString(
            "3a572642e1be00" + "f438619d" + "2500" + "01" + "0801" + "c20c0a" + "0a086d696e3030303031"
            + "aa0113" + "0a11" + "0a07302e32382e322b" + "1206302e37302e30" + "5130" + "40f7820001");
        Assert.Equal(FileHeaderStatus.Valid, FileHeader.Check(file));
        var reader = new RecordReader(RunFileFormat.HeaderBytes);
        var back = ReadBack.Of(file, reader, isEnd: false);
        Assert.Equal(file[0x0E..0x33], Assert.Single(back.Records));
        Assert.Equal(1, Assert.Single(back.Nums));
        Assert.Equal("header", Assert.Single(back.Ledger.Counts()).Key);
        Assert.Equal(0x07, reader.RecordStart);
        Assert.Equal(0x33, reader.ResumeOffset);
        Assert.Empty(back.Damages);
    }

    public static TheoryData<int, int> Tails()
    {
        var tails = new TheoryData<int, int>();
        for (var tail = 0; tail <= 8; tail++)
        {
            tails.Add(tail, 0);
            tails.Add(tail, NumberedFile.SmallestRecord);
            tails.Add(tail, 2 * Block);
        }
        return tails;
    }

    [Theory]
    [MemberData(nameof(Tails))]
    public void Block_that_ends_with_any_number_of_bytes_left_is_followed_by_the_next_record(int tail, int nextSize)
    {
        byte[] first = NumberedFile.Record(1, Block - RunFileFormat.HeaderBytes - Header - tail);
        var next = nextSize == 0 ? [] : NumberedFile.Record(2, nextSize);
        byte[] last = NumberedFile.Record(3, 100);
        var file = Written(first, next, last);
        if (tail == Header && nextSize > 0)
            Assert.Equal(((byte)ChunkType.First, 0), (file[Block - 1], BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(Block - 3))));
        if (tail < Header)
            Assert.Equal(-1, file.AsSpan(Block - tail, tail).IndexOfAnyExcept((byte)0));
        var back = ReadBack.Of(file);
        Assert.Equal([first, next, last], back.Records);
        Assert.Empty(back.Damages);
    }

    [Theory]
    [InlineData(Block - Header)]
    [InlineData(Block - Header + 1)]
    [InlineData(3 * Block)]
    [InlineData(1_000_000)]
    public void Record_of_several_blocks_is_put_together(int size)
    {
        var file = NumberedFile.Of(50, size, 50, size, 50);
        var back = ReadBack.Of(file.Bytes);
        Assert.Equal(file.Records.Select(record => record.Content), back.Records);
        Assert.Empty(back.Damages);
    }

    [Fact]
    public void File_that_ends_inside_the_padding_of_a_block_ends_cleanly()
    {
        var file = NumberedFile.Of(Block - RunFileFormat.HeaderBytes - Header - 5).Bytes;
        for (var zeros = 0; zeros <= 5; zeros++)
        {
            var back = ReadBack.Of([.. file, .. new byte[zeros]]);
            Assert.Equal((1, 0), (back.Records.Count, back.Damages.Count));
        }
    }

    [Fact]
    public void Cut_at_any_byte_keeps_what_was_written_before_and_nothing_is_lost_when_the_rest_comes()
    {
        // Two block ends, records of three blocks and of a few bytes.
        var file = NumberedFile.Of([.. Enumerable.Repeat(90, 20), 30_000, 700, 40, Block + 900, .. Enumerable.Repeat(300, 20)]);
        for (var cut = RunFileFormat.HeaderBytes; cut < file.Bytes.Length; cut++)
        {
            // Long records are all alike inside: there, every 16th place will do.
            if (cut % 16 != 0 && file.Records.First(record => record.End > cut) is { } around && cut - around.Start is > 1000 && around.End - cut > 1000 && cut % Block is > 8 and < Block - 8)
                continue;
            var expected = file.Records.Where(record => record.End <= cut).Select(record => record.Num).ToList();
            var from = new RecordReader(file.Records.Last(record => record.Start <= Math.Max(cut - 200, RunFileFormat.HeaderBytes)).Start);
            var first = from.Offset;
            var live = new ReadBack();
            live.ReadOn(file.Bytes.AsSpan(0, cut), from, isEnd: false);
            live.AssertNums(expected.Where(num => file.Records[(int)num - 1].Start >= first), cut);
            Assert.Empty(live.Damages);
            live.ReadOn(file.Bytes, from, isEnd: true);
            live.AssertNums(file.Records.Where(record => record.Start >= first).Select(record => record.Num), cut);
            Assert.Empty(live.Damages);
        }
    }

    [Fact]
    public void File_that_was_judged_at_its_end_and_grew_afterwards_is_read_on_without_a_gap()
    {
        var file = NumberedFile.Of([.. Enumerable.Repeat(90, 20), 30_000, 700, 40, Block + 900, .. Enumerable.Repeat(300, 20)]);
        for (var cut = RunFileFormat.HeaderBytes; cut < file.Bytes.Length; cut += cut % Block is < 40 or > Block - 40 ? 1 : 37)
        {
            var before = new RecordReader(RunFileFormat.HeaderBytes);
            var back = ReadBack.Of(file.Bytes.AsSpan(0, cut), before);
            back.AssertNums(file.Records.Where(record => record.End <= cut).Select(record => record.Num), cut);
            var isWhole = file.Records.Any(record => record.End == cut || record.Start == cut) || cut == RunFileFormat.HeaderBytes || IsPadding(file, cut);
            Assert.True(back.Damages.Count == (isWhole ? 0 : 1), $"cut at {cut}: {string.Join("; ", back.Damages)}");
            Assert.All(back.Damages, damage => Assert.Equal(DamageReason.CutOff, damage.Reason));
            back.ReadOn(file.Bytes, new RecordReader(before.ResumeOffset), isEnd: true);
            back.AssertNums(file.Records.Select(record => record.Num), cut);
            Assert.Equal(0, back.Ledger.LostCount);
        }
    }

    private static bool IsPadding(NumberedFile file, int cut) =>
        Block - cut % Block < Header && file.Records.Any(record => record.End <= cut && record.End > cut - Header);

    private static byte[] Written(params IEnumerable<byte[]> records)
    {
        using var output = new MemoryStream();
        using (var writer = new RunFileWriter(output))
        {
            foreach (var record in records)
                writer.Append(record);
        }
        return output.ToArray();
    }
}
