using Wandb.Sandbox.Trainer;

namespace Wandb.Sandbox.Tests.Trainer;

public sealed class ProtoBytesTests
{
    [Theory]
    [InlineData(1, 0, "0800")]
    [InlineData(1, 127, "087F")]
    [InlineData(1, 128, "088001")]
    [InlineData(16, 300, "8001AC02")]
    [InlineData(200, 1, "C00C01")]
    [InlineData(1, -1, "08FFFFFFFFFFFFFFFFFF01")]
    [InlineData(1, long.MaxValue, "08FFFFFFFFFFFFFFFF7F")]
    public void Number_is_a_varint(int field, long value, string hex) => Assert.Equal(hex, Convert.ToHexString(new ProtoBytes().Number(field, value).Written));

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void Length_of_a_varint_is_known_before(long value) =>
        Assert.Equal(new ProtoBytes().Number(1, value).Written.Length - 1, ProtoBytes.VarintBytes((ulong)value));

    [Fact]
    public void Text_is_utf8_with_its_length_in_bytes() => Assert.Equal("1202C3A9", Convert.ToHexString(new ProtoBytes().Text(2, "é").Written));

    [Fact]
    public void Empty_text_can_be_left_out() => Assert.Equal("0A00", Convert.ToHexString(new ProtoBytes().TextUnlessEmpty(2, "").Text(1, "").Written));

    [Fact]
    public void Message_is_nested_by_its_length() =>
        Assert.Equal("1A020805", Convert.ToHexString(new ProtoBytes().Message(3, new ProtoBytes().Number(1, 5).Written).Written));
}
