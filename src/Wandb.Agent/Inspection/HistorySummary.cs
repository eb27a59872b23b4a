using System.Buffers.Text;
using Wandb.Agent.Records;

namespace Wandb.Agent.Inspection;

/// <summary>Rows, steps and keys of the history. Not thread-safe.</summary>
internal sealed class HistorySummary
{
    /// <summary>Keys beyond this are not told apart any more: memory must not grow with the file.</summary>
    public const int MaxKeys = 20_000;

    private const uint ItemTag = 1 << 3 | ProtoReader.BytesType;
    private const uint StepTag = 2 << 3 | ProtoReader.BytesType;
    private const uint StepNumTag = 1 << 3 | ProtoReader.VarintType;

    private readonly ItemPathTable _keys = new();

    public long Rows { get; private set; }

    /// <summary>Smallest and largest step; null when no row has one.</summary>
    public long? FirstStep { get; private set; }

    public long? LastStep { get; private set; }

    public int KeyCount => _keys.Count;

    /// <summary>Whether there are keys that were not counted.</summary>
    public bool HasMoreKeys { get; private set; }

    /// <summary>Keys in the order in which they first came, labels joined by dots.</summary>
    public IEnumerable<string> Keys(int max) => Enumerable.Range(0, Math.Min(max, _keys.Count)).Select(i => string.Join('.', _keys[i].Labels));

    /// <param name="record">A serialized HistoryRecord.</param>
    /// <returns>False when it is malformed.</returns>
    public bool TryAdd(ReadOnlySpan<byte> record)
    {
        var reader = new ProtoReader(record);
        long? step = null;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            if (tag is not (ItemTag or StepTag))
            {
                if (!reader.TrySkip(tag))
                    return false;
                continue;
            }
            if (!reader.TryReadBytes(out var bytes) || !(tag == ItemTag ? TryAddItem(bytes, ref step) : TryReadStep(bytes, ref step)))
                return false;
        }
        Rows++;
        if (step is { } number)
            (FirstStep, LastStep) = (Math.Min(FirstStep ?? number, number), Math.Max(LastStep ?? number, number));
        return true;
    }

    private bool TryAddItem(ReadOnlySpan<byte> bytes, ref long? step)
    {
        if (!RawItemReader.TryRead(bytes, out var item))
            return false;
        // Tag, length, then the only label: "_step".
        if (item.RawPath.Length == 7 && item.RawPath[2..].SequenceEqual("_step"u8)
            && Utf8Parser.TryParse(item.Value, out long number, out var read) && read == item.Value.Length)
            step = number;
        if (_keys.Count < MaxKeys)
            _keys.Find(item.RawPath);
        else
            HasMoreKeys = true;
        return true;
    }

    private static bool TryReadStep(ReadOnlySpan<byte> bytes, ref long? step)
    {
        var reader = new ProtoReader(bytes);
        // Step 0 is stored as an empty message.
        var number = 0L;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            if (tag != StepNumTag)
            {
                if (!reader.TrySkip(tag))
                    return false;
                continue;
            }
            if (!reader.TryReadVarint(out var value))
                return false;
            number = (long)value;
        }
        step ??= number;
        return true;
    }
}
