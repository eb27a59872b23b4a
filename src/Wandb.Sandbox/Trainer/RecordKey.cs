namespace Wandb.Sandbox.Trainer;

/// <summary>The key fields of an item, encoded once: a training logs the same keys over and over.</summary>
internal sealed class RecordKey
{
    private readonly byte[] fields;

    private RecordKey(ProtoBytes encoded) => fields = encoded.Written.ToArray();

    public ReadOnlySpan<byte> Fields => fields;

    /// <summary>One label for each level (field 2): what the SDK writes for history and summary, one level included.</summary>
    public static RecordKey Nested(params ReadOnlySpan<string> labels)
    {
        var encoded = new ProtoBytes();
        foreach (string label in labels)
        {
            encoded.Text(2, label);
        }

        return new RecordKey(encoded);
    }

    /// <summary>
    /// The plain form (field 1): keys of stats and of config, and `_runtime` of the summary that goes before each step.
    /// </summary>
    public static RecordKey Plain(string name) => new(new ProtoBytes().Text(1, name));
}
