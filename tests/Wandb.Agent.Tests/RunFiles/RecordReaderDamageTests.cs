using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

/// <summary>What bytes cost that nobody wrote so.</summary>
public sealed class RecordReaderDamageTests
{
    private const int Block = RunFileFormat.BlockBytes;
    private const int Header = RunFileFormat.ChunkHeaderBytes;

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
            back.AssertNums(file.Records.Where(record => !record.Touches(block)).Select(record => record.Num), block);
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
            back.AssertNums(file.Records.Select(record => record.Num), length);
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
            back.AssertNums(file.Records.Where(record => record.Num != chunk.Num).Select(record => record.Num), chunk.Start);
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

    /// <summary>Its first bytes tell its length: the rest is not waited for.</summary>
    [Fact]
    public void Record_that_announces_more_than_a_line_can_hold_is_dropped_at_its_first_piece()
    {
        var file = NumberedFile.Of(500, RunFileFormat.MaxLineRecordBytes + 1, 90_000, 500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var back = ReadBack.Of(file.Bytes);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < RunFileFormat.MaxLineRecordBytes / 4, "it was put together");
        Assert.Equal([1, 3, 4], back.Nums);
        Assert.Equal(DamageReason.RecordTooLarge, Assert.Single(back.Ledger.Lost).Reason);
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
