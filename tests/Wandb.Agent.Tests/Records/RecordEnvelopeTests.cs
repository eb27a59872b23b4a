using CsCheck;
using Wandb.Agent.Records;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.Records;

public sealed class RecordEnvelopeTests
{
    [Fact]
    public void Record_of_every_kind_is_opened_with_its_number_whatever_stands_around_it() =>
        Gen.Select(Gen.OneOf(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 100), Gen.Long[1, long.MaxValue], Gen.Byte.Array[0, 40], Gen.Int[0, 4].List[0, 6])
            .Sample((field, num, body, others) =>
            {
                var record = new ProtoBytes();
                var at = others.Count == 0 ? 0 : (int)(num % others.Count);
                for (var index = 0; index <= others.Count; index++)
                {
                    if (index == at)
                        record.Number(1, num).Message(field, body);
                    if (index < others.Count)
                        AddOther(record, others[index]);
                }
                Assert.True(RecordEnvelope.TryParse(record.Written, out var envelope));
                Assert.Equal((num, field, (RecordKind)field), (envelope.Num, envelope.Field, envelope.Kind));
                Assert.Equal(body, envelope.Body.ToArray());
            }, iter: 2000);

    [Theory]
    [InlineData(14)]
    [InlineData(28)]
    [InlineData(99)]
    [InlineData(5000)]
    public void Unknown_kinds_keep_their_number(int field)
    {
        Assert.True(RecordEnvelope.TryParse(new ProtoBytes().Number(1, 7).Message(field, [1, 2]).Written, out var envelope));
        Assert.Equal((7, field, RecordKind.Unknown), (envelope.Num, envelope.Field, envelope.Kind));
    }

    [Fact]
    public void Record_without_a_variant_or_without_a_number_is_still_a_record()
    {
        Assert.True(RecordEnvelope.TryParse([], out var empty));
        Assert.Equal((0, RecordKind.None), (empty.Num, empty.Kind));
        Assert.True(RecordEnvelope.TryParse(new ProtoBytes().Message(18, []).Written, out var exit));
        Assert.Equal((0, RecordKind.Exit), (exit.Num, exit.Kind));
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("08")]
    [InlineData("0801120a61")]
    [InlineData("00")]
    [InlineData("0b")]
    [InlineData("12ffffffffffffffffff01")]
    [InlineData("08ffffffffffffffffffff01")]
    public void Bytes_that_are_no_message_are_refused(string hex) =>
        Assert.False(RecordEnvelope.TryParse(Convert.FromHexString(hex), out _));

    private static void AddOther(ProtoBytes record, int kind) => _ = kind switch
    {
        0 => record.Message(16, [4 << 3 | 2, 1, (byte)'m']),
        1 => record.Text(19, "a-uuid"),
        2 => record.Text(200, "info"),
        3 => record.Text(77, "a field of a newer SDK"),
        _ => record.Number(300, -5),
    };
}
