using System.Text;
using System.Text.Unicode;

namespace Wandb.Agent.Records;

/// <summary>
/// Opens items of history and summary records: <c>key = 1</c>, <c>nested_key = 2</c> (repeated), <c>value_json = 16</c>.
/// The SDK writes the labels first and the value last; then nothing is copied.
/// </summary>
internal static class RawItemReader
{
    /// <summary>
    /// Most labels of one path; more make the item malformed. Every part of a path is remembered, and the SDK's own values end long before.
    /// </summary>
    public const int MaxLabels = 512;

    private const uint KeyTag = 1 << 3 | ProtoReader.BytesType;
    private const uint NestedKeyTag = 2 << 3 | ProtoReader.BytesType;
    private const uint ValueTag = 16 << 3 | ProtoReader.BytesType;

    public static bool TryRead(ReadOnlySpan<byte> item, out RawItem result)
    {
        var at = 0;
        result = default;
        // Labels of less than 128 bytes, then a value that ends with the item: every item of an SDK-made file.
        while (at + 2 <= item.Length && item[at] is (byte)KeyTag or (byte)NestedKeyTag && item[at + 1] < 0x80)
            at += 2 + item[at + 1];
        // A label takes at least two bytes: so many of them cannot be too many.
        if (at is > 0 and <= 2 * MaxLabels && at + 3 <= item.Length && item[at] == 0x82 && item[at + 1] == 0x01)
        {
            var reader = new ProtoReader(item[(at + 2)..]);
            if (reader.TryReadBytes(out var value) && reader.AtEnd)
            {
                result = new RawItem { RawPath = item[..at], Value = value };
                return true;
            }
        }
        return TryReadUnordered(item, out result);
    }

    private static bool TryReadUnordered(ReadOnlySpan<byte> item, out RawItem result)
    {
        var reader = new ProtoReader(item);
        ReadOnlySpan<byte> value = default;
        var path = new List<byte>();
        var labels = 0;
        result = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            if (tag is KeyTag or NestedKeyTag or ValueTag)
            {
                if (!reader.TryReadBytes(out var bytes))
                    return false;
                if (tag == ValueTag)
                    value = bytes;
                else if (++labels > MaxLabels)
                    return false;
                else
                    AddLabel(path, tag, bytes);
            }
            else if (!reader.TrySkip(tag))
            {
                return false;
            }
        }
        result = new RawItem { RawPath = path.ToArray(), Value = value };
        return true;
    }

    private static void AddLabel(List<byte> path, uint tag, ReadOnlySpan<byte> label)
    {
        path.Add((byte)tag);
        for (var length = (uint)label.Length; ; length >>= 7)
        {
            path.Add((byte)(length < 0x80 ? length : length & 0x7F | 0x80));
            if (length < 0x80)
                break;
        }
        path.AddRange(label);
    }

    /// <summary>Whether all labels of a raw path are UTF-8.</summary>
    public static bool HasValidLabels(ReadOnlySpan<byte> rawPath)
    {
        var reader = new ProtoReader(rawPath);
        while (reader.TryReadTag(out _) && reader.TryReadBytes(out var label))
        {
            if (!Utf8.IsValid(label))
                return false;
        }
        return true;
    }

    /// <summary>The labels of a raw path: nested_key if there is any, else key.</summary>
    public static string[] Labels(ReadOnlySpan<byte> rawPath)
    {
        var reader = new ProtoReader(rawPath);
        var nested = new List<string>();
        var key = "";
        while (reader.TryReadTag(out var tag) && reader.TryReadBytes(out var label))
        {
            if (tag == NestedKeyTag)
                nested.Add(Encoding.UTF8.GetString(label));
            else
                key = Encoding.UTF8.GetString(label);
        }
        return nested.Count > 0 ? [.. nested] : [key];
    }
}
