using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Streaming;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class EventLineTests
{
    private readonly LineBuffer target = new(64);

    [Fact]
    public void Stats_of_an_sdk_file_become_lines_with_its_values_and_its_times()
    {
        var file = GoldenFiles.Records("system_metrics");
        var start = DateTimeOffset.UnixEpoch;
        var lines = 0;
        foreach (var content in file)
        {
            Assert.True(RecordEnvelope.TryParse(content, out var record));
            if (record.Kind == RecordKind.Run)
            {
                var time = RunRecord.Parser.ParseFrom(record.Body).StartTime;
                start = DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanos / 100);
            }
            if (record.Kind != RecordKind.Stats)
                continue;
            var stats = StatsRecord.Parser.ParseFrom(record.Body);
            using var line = Line(record.Body.ToArray(), start);
            var seconds = stats.Timestamp.Seconds + stats.Timestamp.Nanos / 1e9;
            Assert.True(line.RootElement.GetProperty("_wandb").GetBoolean());
            Assert.Equal(seconds, line.RootElement.GetProperty("_timestamp").GetDouble());
            Assert.Equal((seconds - start.ToUnixTimeMilliseconds() / 1e3), line.RootElement.GetProperty("_runtime").GetDouble(), tolerance: 2e-3);
            Assert.Equal(
                stats.Item.Select(item => ($"system.{item.Key}", item.ValueJson)),
                line.RootElement.EnumerateObject().Skip(3).Select(member => (member.Name, member.Value.GetRawText())));
            lines++;
        }
        Assert.True(lines >= 5);
    }

    [Fact]
    public void Run_time_keeps_its_microseconds()
    {
        var stats = new StatsRecord { Timestamp = new Timestamp { Seconds = 1_795_000_001, Nanos = 250_001_000 } };
        using var line = Line(stats.ToByteArray(), DateTimeOffset.FromUnixTimeSeconds(1_795_000_000).AddTicks(7_500_000));
        Assert.Equal(0.500001, line.RootElement.GetProperty("_runtime").GetDouble(), tolerance: 1e-9);
    }

    [Fact]
    public void Key_that_comes_twice_counts_with_its_last_value_and_any_name_is_escaped()
    {
        var stats = new StatsRecord { Item = { Item("gpu.0.\"x\"\n", "1"), Item("a", "2"), Item("gpu.0.\"x\"\n", "3") } };
        using var line = Line(stats.ToByteArray(), DateTimeOffset.UnixEpoch);
        Assert.Equal(3, line.RootElement.GetProperty("system.gpu.0.\"x\"\n").GetInt32());
        Assert.Equal(5, line.RootElement.EnumerateObject().Count());
    }

    [Fact]
    public void Sample_with_a_value_that_is_not_json_or_a_key_that_is_not_UTF8_is_refused_and_leaves_nothing_behind()
    {
        Assert.Equal(RowOutcome.InvalidValue, EventLine.Append(new StatsRecord { Item = { Item("a", "1"), Item("b", "x") } }.ToByteArray(), default, target));
        var badKey = new ProtoBytes().Message(1, [(byte)'a', 0xFF]).Message(16, "1"u8).Written.ToArray();
        Assert.Equal(RowOutcome.InvalidValue, EventLine.Append(new ProtoBytes().Message(3, badKey).Written, default, target));
        Assert.Equal(RowOutcome.Malformed, EventLine.Append([3 << 3 | 2, 5, 1], default, target));
        Assert.Equal(RowOutcome.Malformed, EventLine.Append([2 << 3 | 2, 1, 8], default, target));
        Assert.Equal(0, target.Length);
    }

    private static StatsRecord.Types.StatsItem Item(string key, string value) => new() { Key = key, ValueJson = value };

    private JsonDocument Line(byte[] record, DateTimeOffset start)
    {
        target.Clear();
        Assert.Equal(RowOutcome.Appended, EventLine.Append(record, start, target));
        return JsonDocument.Parse(Encoding.UTF8.GetString(target.WrittenSpan));
    }
}
