using System.Text;
using Wandb.Agent.Records.Wire;
using Wandb.Sandbox.Trainer;

namespace Wandb.Agent.Tests.Records;

/// <summary>Items and records in the SDK's encoding; also with values that are no UTF-8, which the generated classes cannot hold.</summary>
internal static class ItemBytes
{
    public static Item Of(string[] labels, string value)
    {
        var item = new Item { ValueJson = value };
        item.NestedKey.AddRange(labels);
        return item;
    }

    /// <param name="labels">One label for each level.</param>
    public static byte[] Of(string[] labels, byte[] value)
    {
        var item = new ProtoBytes();
        foreach (var label in labels)
            item.Text(2, label);
        return item.Message(16, value).Written.ToArray();
    }

    /// <summary>A record of items, for history (field 1) and summary (1 update, 2 remove).</summary>
    public static byte[] Record(params ReadOnlySpan<(int Field, byte[] Item)> items)
    {
        var record = new ProtoBytes();
        foreach (var (field, item) in items)
            record.Message(field, item);
        return record.Written.ToArray();
    }

    /// <summary>A history record, or the updates of a summary record. Levels of a path are parted by '/'.</summary>
    public static byte[] Record(params ReadOnlySpan<(string Path, string Value)> items)
    {
        var record = new ProtoBytes();
        foreach (var (path, value) in items)
            record.Message(1, Of(path.Split('/'), Encoding.UTF8.GetBytes(value)));
        return record.Written.ToArray();
    }
}
