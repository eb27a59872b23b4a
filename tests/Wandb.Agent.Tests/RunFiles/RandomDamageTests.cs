using CsCheck;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

/// <summary>Random files with random damage against the simplest model of them: a list of records, each with the bytes where it stands.</summary>
public sealed class RandomDamageTests
{
    private const int Block = RunFileFormat.BlockBytes;

    private static readonly Gen<List<int>> Sizes = Gen.Frequency(
        (8, Gen.Int[NumberedFile.SmallestRecord, 400]),
        (3, Gen.Int[400, 6000]),
        // Sizes that leave no more than a chunk header in a block are rare by chance.
        (1, Gen.Int[Block - 40, Block + 40]),
        (1, Gen.Int[Block, 3 * Block])).List[1, 60];

    private static readonly Gen<List<(int Kind, int At, int Length)>> Hits = Gen.Select(Gen.Int[0, 3], Gen.Int[0, int.MaxValue], Gen.Int[1, 3000]).List[0, 4];

    [Fact]
    public void Every_record_outside_of_damaged_blocks_is_read_and_none_is_invented() =>
        Gen.Select(Sizes, Hits).Sample((sizes, hits) =>
        {
            var file = NumberedFile.Of(sizes);
            var bytes = file.Bytes.ToArray();
            var hitBlocks = new HashSet<long>();
            foreach (var (kind, at, length) in hits)
                Hit(ref bytes, kind, at, length, hitBlocks);
            var expected = file.Records.Where(record => record.End <= bytes.Length && !hitBlocks.Any(record.Touches)).Select(record => record.Num).ToList();
            AssertFits(file, bytes, expected);
        }, iter: 400);

    [Fact]
    public void Bytes_pushed_in_cost_nothing_that_stands_before_them() =>
        Gen.Select(Sizes, Gen.Int[0, int.MaxValue], Gen.Int[1, 200].SelectMany(length => Gen.Byte.Array[length])).Sample((sizes, at, garbage) =>
        {
            var file = NumberedFile.Of(sizes);
            at = RunFileFormat.HeaderBytes + at % (file.Bytes.Length - RunFileFormat.HeaderBytes + 1);
            byte[] bytes = [.. file.Bytes[..at], .. garbage, .. file.Bytes[at..]];
            AssertFits(file, bytes, [.. file.Records.Where(record => record.End <= at).Select(record => record.Num)]);
        }, iter: 200);

    private static void Hit(ref byte[] bytes, int kind, int at, int length, HashSet<long> hitBlocks)
    {
        if (bytes.Length <= RunFileFormat.HeaderBytes)
            return;
        at = RunFileFormat.HeaderBytes + at % (bytes.Length - RunFileFormat.HeaderBytes);
        length = Math.Min(length, bytes.Length - at);
        switch (kind)
        {
            case 0:
                bytes = bytes[..at];
                return;
            case 1:
                bytes[at] ^= (byte)(1 << length % 8);
                length = 1;
                break;
            case 2:
                bytes.AsSpan(at, length).Clear();
                break;
            default:
                new Random(at).NextBytes(bytes.AsSpan(at, length));
                break;
        }
        for (var block = at / Block; block <= (at + length - 1) / Block; block++)
            hitBlocks.Add(block);
    }

    private static void AssertFits(NumberedFile file, byte[] bytes, List<long> expected)
    {
        var back = ReadBack.Of(bytes);
        var previous = 0L;
        for (var index = 0; index < back.Records.Count; index++)
        {
            var num = back.Nums[index];
            Assert.True(num > previous && num <= file.Records.Count, "records come in the order in which they were written");
            Assert.True(back.Records[index].AsSpan().SequenceEqual(file.Records[(int)num - 1].Content), "a record that nobody wrote");
            previous = num;
        }
        Assert.Empty(expected.Except(back.Nums));
        var lost = back.Ledger.Lost.SelectMany(range => Enumerable.Range((int)range.First, (int)range.Count)).Select(num => (long)num);
        Assert.Equal(Enumerable.Range(1, (int)previous).Select(num => (long)num).Except(back.Nums), lost);
    }
}
