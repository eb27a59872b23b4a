namespace Wandb.Agent.Records;

/// <summary>One item of a history or summary record, without its meaning.</summary>
internal readonly ref struct RawItem
{
    /// <summary>The bytes of the item up to its value: the labels as they are encoded. Equal bytes mean equal paths.</summary>
    public ReadOnlySpan<byte> RawPath { get; init; }

    /// <summary>JSON text that also knows NaN and Infinity. Empty when the item has none.</summary>
    public ReadOnlySpan<byte> Value { get; init; }
}
