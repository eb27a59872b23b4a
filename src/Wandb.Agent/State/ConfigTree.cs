using Wandb.Agent.Records;

namespace Wandb.Agent.State;

/// <summary>The run's config as the records leave it: objects are merged, never replaced; nulls stay, as SDK 0.28.2 does.</summary>
internal sealed class ConfigTree
{
    private const uint UpdateTag = 1 << 3 | ProtoReader.BytesType;
    private const uint RemoveTag = 2 << 3 | ProtoReader.BytesType;

    private readonly LabelPathBuffer paths = new();

    public ConfigTree()
        : this(new ValueTree())
    {
    }

    private ConfigTree(ValueTree values) => Values = values;

    /// <summary>User keys at the top level; what users and the SDK put under <c>_wandb</c> stands there as an ordinary subtree.</summary>
    public ValueTree Values { get; }

    /// <summary>Applies all updates, then all removes. Read from the bytes: generated classes replace what is not UTF-8 by a mark and do not tell.</summary>
    /// <param name="record">The body of a config record.</param>
    /// <returns>False when the record is malformed or an item could not be used (value or path); the others are applied.</returns>
    public bool Apply(ReadOnlySpan<byte> record) => Apply(record, UpdateTag) & Apply(record, RemoveTag);

    public ConfigTreeSnapshot ToSnapshot() => new(Values.ToSnapshot());

    /// <exception cref="InvalidDataException">The bytes are no snapshot.</exception>
    public static ConfigTree FromSnapshot(ConfigTreeSnapshot snapshot) => new(ValueTree.FromSnapshot(snapshot.Values));

    private bool Apply(ReadOnlySpan<byte> record, uint wanted)
    {
        var reader = new ProtoReader(record);
        var valid = true;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
            {
                return false;
            }

            if (tag != wanted)
            {
                if (!reader.TrySkip(tag))
                {
                    return false;
                }

                continue;
            }

            if (!reader.TryReadBytes(out var bytes) || !RawItemReader.TryRead(bytes, out var item))
            {
                return false;
            }

            if (!RawItemReader.HasValidLabels(item.RawPath))
            {
                valid = false;
                continue;
            }

            var path = paths.Of(RawItemReader.Labels(item.RawPath));
            if (tag == RemoveTag)
            {
                Values.Remove(path);
            }
            else
            {
                valid &= Values.Merge(path, item.Value);
            }
        }

        return valid;
    }
}
