using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Wandb.Agent.Records;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Turns stats records into lines of <c>wandb-events.jsonl</c>:
/// <c>{"_wandb":true,"_timestamp":s,"_runtime":s,"system.KEY":value,…}</c>, times in seconds, <c>_runtime</c> from the start of the run.
/// </summary>
internal static class EventLine
{
    private const uint TimestampTag = 2 << 3 | ProtoReader.BytesType;
    private const uint ItemTag = 3 << 3 | ProtoReader.BytesType;
    private const uint KeyTag = 1 << 3 | ProtoReader.BytesType;
    private const uint ValueTag = 16 << 3 | ProtoReader.BytesType;

    /// <param name="target">Gets the line as plain JSON; unchanged unless the outcome is Appended.</param>
    public static RowOutcome Append(ReadOnlySpan<byte> record, DateTimeOffset runStart, LineBuffer target)
    {
        var reader = new ProtoReader(record);
        long seconds = 0;
        var nanos = 0;
        // A key that stands twice counts with its last value.
        var items = new OrderedDictionary<string, byte[]>(StringComparer.Ordinal);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return RowOutcome.Malformed;
            switch (tag)
            {
                case TimestampTag when WireTime.TryReadParts(ref reader, out seconds, out nanos):
                    break;
                case ItemTag when reader.TryReadBytes(out var bytes) && TryReadItem(bytes, out var key, out var value):
                    if (!PlainValue.Is(value) && !ValueJson.IsValid(value) || !Utf8.IsValid(key))
                        return RowOutcome.InvalidValue;
                    items[Encoding.UTF8.GetString(key)] = value.ToArray();
                    break;
                default:
                    if (tag is TimestampTag or ItemTag || !reader.TrySkip(tag))
                        return RowOutcome.Malformed;
                    break;
            }
        }
        Write(seconds, nanos, runStart, items, target);
        return RowOutcome.Appended;
    }

    private static void Write(long seconds, int nanos, DateTimeOffset runStart, OrderedDictionary<string, byte[]> items, LineBuffer target)
    {
        var timestamp = seconds + nanos / 1e9;
        // Whole seconds and fractions are subtracted apart: the difference of two large doubles would lose microseconds.
        var startTicks = runStart.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var runtime = seconds - startTicks / TimeSpan.TicksPerSecond + (nanos / 1e9 - startTicks % TimeSpan.TicksPerSecond / 1e7);
        target.Append("{\"_wandb\":true,\"_timestamp\":"u8);
        target.Append(Encoding.ASCII.GetBytes(timestamp.ToString("R", CultureInfo.InvariantCulture)));
        target.Append(",\"_runtime\":"u8);
        target.Append(Encoding.ASCII.GetBytes(runtime.ToString("R", CultureInfo.InvariantCulture)));
        foreach (var (key, value) in items)
        {
            target.Append(",\"system."u8);
            target.Append(JsonEncodedText.Encode(key, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            target.Append("\":"u8);
            target.Append(value);
        }
        target.Append((byte)'}');
    }

    private static bool TryReadItem(ReadOnlySpan<byte> item, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var reader = new ProtoReader(item);
        key = default;
        value = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            var read = tag switch
            {
                KeyTag => reader.TryReadBytes(out key),
                ValueTag => reader.TryReadBytes(out value),
                _ => reader.TrySkip(tag),
            };
            if (!read)
                return false;
        }
        return true;
    }
}
