using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
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
            AssertNums(expected.Where(num => file.Records[(int)num - 1].Start >= first), live, cut);
            Assert.Empty(live.Damages);
            live.ReadOn(file.Bytes, from, isEnd: true);
            AssertNums(file.Records.Where(record => record.Start >= first).Select(record => record.Num), live, cut);
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
            AssertNums(file.Records.Where(record => record.End <= cut).Select(record => record.Num), back, cut);
            var isWhole = file.Records.Any(record => record.End == cut || record.Start == cut) || cut == RunFileFormat.HeaderBytes || IsPadding(file, cut);
            Assert.True(back.Damages.Count == (isWhole ? 0 : 1), $"cut at {cut}: {string.Join("; ", back.Damages)}");
            Assert.All(back.Damages, damage => Assert.Equal(DamageReason.CutOff, damage.Reason));
            back.ReadOn(file.Bytes, new RecordReader(before.ResumeOffset), isEnd: true);
            AssertNums(file.Records.Select(record => record.Num), back, cut);
            Assert.Equal(0, back.Ledger.LostCount);
        }
    }

    /// <summary>Issue, section 3, point 1.</summary>
    [Fact]
    public void Damage_costs_at_most_its_own_block_whichever_bit_it_is_and_the_ledger_names_what_is_gone()
    {
        var file = NumberedFile.OfBlocks(3, seed: 7);
        var from = file.Records.First(record => record.Touches(1));
        var chunks = file.Chunks().Where(chunk => chunk.Start / Block == 1).ToList();
        var last = file.Records.First(record => record.Start >= 2 * Block).Num;
        var window = file.Bytes.ToArray();
        for (var bit = Block * 8; bit < 2 * Block * 8; bit++)
        {
            window[bit / 8] ^= (byte)(1 << bit % 8);
            var touched = chunks.Find(chunk => bit / 8 >= chunk.Start && bit / 8 < chunk.End);
            var lost = Missing(file, window, from, last);
            if (!(touched is null ? lost.Count == 0 : lost.Count == 1 && lost[0] == touched.Num))
                Assert.Fail($"bit {bit} in the chunk of record {touched?.Num}: lost {string.Join(',', lost)}");
            window[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.True(file.Records.Count(record => record.Touches(1)) > 10);
    }

    [Fact]
    public void Zeroed_block_costs_the_records_that_touch_it_and_no_other()
    {
        var file = NumberedFile.OfBlocks(4, seed: 3);
        for (var block = 0; block < file.Blocks; block++)
        {
            var bytes = file.Bytes.ToArray();
            bytes.AsSpan(block * Block, Math.Min(Block, bytes.Length - block * Block))[(block == 0 ? RunFileFormat.HeaderBytes : 0)..].Clear();
            var back = ReadBack.Of(bytes);
            AssertNums(file.Records.Where(record => !record.Touches(block)).Select(record => record.Num), back, block);
            var lost = back.Ledger.Lost.SelectMany(range => Enumerable.Range((int)range.First, (int)range.Count)).Select(num => (long)num);
            var gap = file.Records.Where(record => record.Touches(block) && record.Num < back.Nums[^1]).Select(record => record.Num);
            Assert.Equal(gap, lost);
        }
    }

    [Fact]
    public void Chunks_in_another_order_cost_no_whole_record()
    {
        var file = NumberedFile.OfBlocks(3, seed: 11);
        var chunks = file.Chunks().Where(chunk => chunk.Start / Block == 1).ToList();
        var known = file.Records.Select(record => Convert.ToBase64String(record.Content)).ToHashSet(StringComparer.Ordinal);
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var order = Enumerable.Range(0, chunks.Count).ToArray();
            random.Shuffle(order);
            // Some twice, some not at all; what does not fit any more is left out.
            var picked = order.Select(index => chunks[random.Next(8) == 0 ? random.Next(chunks.Count) : index]).ToList();
            var bytes = file.Bytes.ToArray();
            var at = Block;
            bytes.AsSpan(Block, Block).Clear();
            picked = [.. picked.TakeWhile(chunk =>
            {
                var fits = at + chunk.End - chunk.Start <= 2 * Block;
                if (fits)
                    file.Bytes.AsSpan(chunk.Start..chunk.End).CopyTo(bytes.AsSpan(at));
                at += fits ? chunk.End - chunk.Start : 0;
                return fits;
            })];
            var back = ReadBack.Of(bytes);
            var whole = picked.Where(chunk => chunk.Type == ChunkType.Full).Select(chunk => chunk.Num).Order();
            var inBlock = file.Records.Where(record => record.Start >= Block && record.End <= 2 * Block).Select(record => record.Num).ToHashSet();
            Assert.True(whole.SequenceEqual(back.Nums.Where(inBlock.Contains).Order()), $"seed {seed}");
            // Halves of records that now stand side by side are the one thing that a checksum for each chunk cannot tell.
            Assert.True(back.Records.Count(record => !known.Contains(Convert.ToBase64String(record))) <= 2, $"seed {seed}");
            foreach (var untouched in file.Records.Where(record => !record.Touches(1)))
                Assert.Contains(untouched.Num, back.Nums);
        }
    }

    [Fact]
    public void Garbage_behind_the_last_record_is_told_and_costs_nothing()
    {
        var file = NumberedFile.OfBlocks(2, seed: 5);
        for (var length = 1; length < 600; length += 7)
        {
            var garbage = new byte[length];
            new Random(length).NextBytes(garbage);
            var back = ReadBack.Of([.. file.Bytes, .. garbage]);
            AssertNums(file.Records.Select(record => record.Num), back, length);
            Assert.Equal(0, back.Ledger.LostCount);
            Assert.Equal(length, back.Ledger.DamagedBytes);
            Assert.NotNull(back.Ledger.Tail);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(300)]
    [InlineData(3 * Block)]
    public void Zeros_behind_the_last_record_are_an_area_of_zeros(int zeros)
    {
        var file = NumberedFile.Of(400, 400);
        var back = ReadBack.Of([.. file.Bytes, .. new byte[zeros]]);
        Assert.Equal(2, back.Records.Count);
        Assert.Equal(DamageReason.ZeroedArea, back.Ledger.Tail?.Reason);
        Assert.Equal(zeros, back.Ledger.DamagedBytes);
    }

    [Fact]
    public void Chunk_that_claims_to_be_longer_than_its_block_costs_itself()
    {
        var file = NumberedFile.Of(Enumerable.Repeat(1000, 60));
        foreach (var chunk in file.Chunks().Where(chunk => chunk.Start < Block))
        {
            var bytes = file.Bytes.ToArray();
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(chunk.Start + 4), ushort.MaxValue);
            var back = ReadBack.Of(bytes);
            AssertNums(file.Records.Where(record => record.Num != chunk.Num).Select(record => record.Num), back, chunk.Start);
            Assert.Equal(DamageReason.ChunkTooLong, back.Damages[0].Reason);
        }
    }

    [Fact]
    public void Record_over_the_limit_is_dropped_without_its_bytes_being_kept()
    {
        var file = NumberedFile.Of(500, 200_000, 90_000, 500);
        var back = ReadBack.Of(file.Bytes, new RecordReader(RunFileFormat.HeaderBytes, maxRecordBytes: 100_000));
        Assert.Equal([1, 3, 4], back.Nums);
        Assert.Equal(DamageReason.RecordTooLarge, back.Damages[0].Reason);
        var lost = Assert.Single(back.Ledger.Lost);
        Assert.Equal((2, 2, DamageReason.RecordTooLarge), (lost.First, lost.Last, lost.Reason));
    }

    [Fact]
    public void Piece_without_a_start_and_start_without_an_end_are_told_apart()
    {
        var file = Chunks((ChunkType.Last, "x"), (ChunkType.Full, "a"), (ChunkType.First, "b"), (ChunkType.Full, "c"), (ChunkType.First, "d"), (ChunkType.First, "e"), (ChunkType.Last, "f"));
        var back = ReadBack.Of(file);
        Assert.Equal(["a", "c", "ef"], back.Records.Select(Encoding.ASCII.GetString));
        Assert.Equal(
            [DamageReason.RecordWithoutStart, DamageReason.RecordWithoutEnd, DamageReason.RecordWithoutEnd],
            back.Damages.Select(damage => damage.Reason));
    }

    [Fact]
    public void Damage_in_a_block_that_is_not_full_is_not_judged_before_the_end()
    {
        var file = NumberedFile.Of(100, 100, 100).Bytes;
        file[150] ^= 1;
        var reader = new RecordReader(RunFileFormat.HeaderBytes);
        var back = ReadBack.Of(file, reader, isEnd: false);
        Assert.Equal([1L], back.Nums);
        Assert.Empty(back.Damages);
        back.ReadOn(file, reader, isEnd: true);
        Assert.Equal([1, 3], back.Nums);
        Assert.Equal("record 2 lost in block 0 (checksum)", Assert.Single(back.Ledger.Lost).ToString());
    }

    private static bool IsPadding(NumberedFile file, int cut) =>
        Block - cut % Block < Header && file.Records.Any(record => record.End <= cut && record.End > cut - Header);

    private static void AssertNums(IEnumerable<long> expected, ReadBack back, long where) =>
        Assert.True(expected.SequenceEqual(back.Nums), $"at {where}: read {string.Join(',', back.Nums)}");

    /// <summary>The numbers between two records that do not come back unchanged; also asserts that the ledger names exactly these.</summary>
    private static List<long> Missing(NumberedFile file, byte[] window, PlacedRecord from, long last)
    {
        var reader = new RecordReader(from.Start);
        var ledger = new Agent.Records.RecordLedger();
        // As if everything before had been read.
        ledger.AddRecord(from.Num - 1, 13);
        var missing = Enumerable.Range((int)from.Num, (int)(last - from.Num + 1)).Select(num => (long)num).ToList();
        var nothingRead = true;
        while (true)
        {
            var result = reader.Read(window, 0, isEnd: true);
            if (result.Kind == RecordReadKind.NeedMoreData)
                break;
            if (result.Kind == RecordReadKind.Corrupt)
            {
                ledger.AddDamage(result.Damage);
                continue;
            }
            if (!Agent.Records.RecordEnvelope.TryParse(result.Payload, out var record) || !result.Payload.SequenceEqual(file.Records[(int)record.Num - 1].Content))
                Assert.Fail($"a record that nobody wrote at {reader.RecordStart}");
            ledger.AddRecord(record.Num, record.Field);
            missing.Remove(record.Num);
            nothingRead = false;
            if (record.Num >= last)
                break;
        }
        Assert.False(nothingRead);
        // Before the first record the ledger of this test knows of none: its one range is 1 to the record before.
        var named = ledger.Lost.Where(range => range.First >= from.Num).SelectMany(range => Enumerable.Range((int)range.First, (int)range.Count));
        if (!named.Select(num => (long)num).SequenceEqual(missing))
            Assert.Fail($"the ledger names {string.Join("; ", ledger.Lost)}, but {string.Join(',', missing)} are missing");
        return missing;
    }

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

    private static byte[] Chunks(params IEnumerable<(ChunkType Type, string Data)> chunks)
    {
        var file = FileHeader.Bytes.ToArray().ToList();
        foreach (var (type, data) in chunks)
        {
            byte[] checkedBytes = [(byte)type, .. Encoding.ASCII.GetBytes(data)];
            file.AddRange(BitConverter.GetBytes(Crc32.HashToUInt32(checkedBytes)));
            file.AddRange(BitConverter.GetBytes((ushort)data.Length));
            file.AddRange(checkedBytes);
        }
        return [.. file];
    }
}
