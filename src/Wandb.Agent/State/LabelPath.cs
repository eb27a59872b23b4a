namespace Wandb.Agent.State;

/// <summary>Where a value stands in a tree: one label for each level, as slices of bytes that somebody else owns. A label may hold any UTF-8.</summary>
internal readonly ref struct LabelPath
{
    private readonly ReadOnlySpan<byte> source;
    private readonly ReadOnlySpan<Range> labels;
    private readonly bool isSingle;

    /// <param name="source">The bytes that hold all labels, for example a record.</param>
    /// <param name="labels">Where each label stands in <paramref name="source"/>, outermost first.</param>
    public LabelPath(ReadOnlySpan<byte> source, ReadOnlySpan<Range> labels)
    {
        this.source = source;
        this.labels = labels;
    }

    /// <summary>A path of one level.</summary>
    public LabelPath(ReadOnlySpan<byte> label)
    {
        source = label;
        isSingle = true;
    }

    public int Length => isSingle ? 1 : labels.Length;

    public ReadOnlySpan<byte> this[int level] => isSingle ? source : source[labels[level]];
}
