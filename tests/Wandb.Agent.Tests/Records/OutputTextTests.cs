using System.Text;
using CsCheck;
using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Xunit;

namespace Wandb.Agent.Tests.Records;

public sealed class OutputTextTests
{
    [Fact]
    public void Output_reads_as_the_generated_class_reads_it() =>
        Gen.Select(Gen.Int[0, 3], Gen.String, Gen.Long[-62135596800, 253402300799], Gen.Int[0, 999_999_999], Gen.Bool).Sample((type, text, seconds, nanos, hasTime) =>
        {
            var record = new OutputRecord { OutputType = type, Line = text, Timestamp = hasTime ? new Timestamp { Seconds = seconds, Nanos = nanos } : null };
            Assert.True(OutputText.TryRead(record.ToByteArray(), out var output));
            var expected = OutputRecord.Parser.ParseFrom(record.ToByteArray());
            Assert.Equal(expected.Line, output.ToString());
            Assert.Equal(type == 0, output.IsStderr);
            Assert.Equal(hasTime ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100) : DateTimeOffset.UnixEpoch, output.Timestamp);
        }, iter: 1000);

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, int.MaxValue)]
    public void Times_outside_of_the_calendar_are_taken_for_none_and_fractions_are_clamped(long seconds, int nanos)
    {
        var record = new OutputRecord { Line = "x", Timestamp = new Timestamp { Seconds = seconds, Nanos = nanos } };
        Assert.True(OutputText.TryRead(record.ToByteArray(), out var output));
        Assert.InRange(output.Timestamp, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(1));
    }

    [Fact]
    public void Broken_output_is_refused()
    {
        var bytes = new OutputRecord { OutputType = 1, Line = "text", Timestamp = new Timestamp { Seconds = 5 } }.ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            var expected = CanParse(bytes[..length]);
            Assert.Equal(expected, OutputText.TryRead(bytes.AsSpan(0, length), out _));
        }
        Assert.Equal("text", Encoding.UTF8.GetString(bytes.AsSpan()[^4..]));
    }

    private static bool CanParse(byte[] bytes)
    {
        try
        {
            OutputRecord.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
