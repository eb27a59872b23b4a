using System.Text;
using CsCheck;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.Records;

public sealed class RawItemReaderTests
{
    private static readonly string LongLabel = new('l', 200);

    private static readonly Gen<string> Texts = Gen.OneOf(Gen.OneOf("", "a", "b.c", "ü", "1", "{\"x\":[1,NaN]}", LongLabel), Gen.String);

    /// <summary>Fields of an item in any order and number, with fields of a newer SDK between them.</summary>
    private static readonly Gen<List<(int Kind, string Text)>> Fields = Gen.Select(Gen.Int[0, 7], Texts).List[0, 8];

    [Fact]
    public void Item_reads_as_the_generated_class_reads_it_whatever_the_order_of_its_fields() => Fields.Sample(fields =>
    {
        var bytes = Encode(fields);
        var expected = Item.Parser.ParseFrom(bytes);
        Assert.True(RawItemReader.TryRead(bytes, out var item));
        string[] labels = expected.NestedKey.Count > 0 ? [.. expected.NestedKey] : [expected.Key];
        Assert.Equal(labels, RawItemReader.Labels(item.RawPath));
        Assert.Equal(expected.ValueJson, Encoding.UTF8.GetString(item.Value));
    }, iter: 3000);

    [Fact]
    public void Item_cut_anywhere_is_refused_or_reads_as_the_generated_class_reads_it() => Gen.Select(Fields, Gen.Double[0, 1]).Sample((fields, part) =>
    {
        var bytes = Encode(fields);
        var cut = bytes[..(int)(part * bytes.Length)];
        Item? expected = null;
        try
        {
            expected = Item.Parser.ParseFrom(cut);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            // Then ours must refuse it too.
        }
        Assert.Equal(expected is not null, RawItemReader.TryRead(cut, out var item));
        if (expected is not null)
            Assert.Equal(expected.ValueJson, Encoding.UTF8.GetString(item.Value));
    }, iter: 2000);

    [Fact]
    public void Path_of_more_levels_than_the_limit_is_refused()
    {
        Assert.True(RawItemReader.TryRead(Levels(RawItemReader.MaxLabels), out var item));
        Assert.Equal(RawItemReader.MaxLabels, RawItemReader.Labels(item.RawPath).Length);
        Assert.False(RawItemReader.TryRead(Levels(RawItemReader.MaxLabels + 1), out _));
    }

    private static byte[] Levels(int count) => ItemBytes.Of([.. Enumerable.Repeat("", count)], "1"u8.ToArray());

    private static byte[] Encode(List<(int Kind, string Text)> fields)
    {
        var item = new ProtoBytes();
        foreach (var (kind, text) in fields)
        {
            // 0..3 what the SDK writes, the more often; then a varint, bytes, 4 bytes and 8 bytes under numbers that mean nothing.
            _ = kind switch
            {
                0 or 1 => item.Text(2, text),
                2 => item.Text(1, text),
                3 => item.Text(16, text),
                4 => item.Number(7, text.Length - 3),
                5 => item.Text(900, text),
                6 => item.Raw([9 << 3 | 5, 1, 2, 3, 4]),
                _ => item.Raw([10 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8]),
            };
        }
        return item.Written.ToArray();
    }
}
