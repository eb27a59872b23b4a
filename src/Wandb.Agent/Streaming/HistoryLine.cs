using System.Runtime.CompilerServices;
using Wandb.Agent.Records;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>What became of a history record.</summary>
internal enum RowOutcome
{
    Appended,

    /// <summary>The record is no protobuf message of this kind.</summary>
    Malformed,

    /// <summary>A value is not JSON of the SDK's dialect, or a value or a key is text that is not UTF-8.</summary>
    InvalidValue,
}

/// <summary>
/// Turns history records into lines of <c>wandb-history.jsonl</c>, written as JSON string content straight into a request body.
/// Values are copied as they stand in the file: they come from the same emitter that the server's lines come from.
/// A record whose paths are all single labels, each named once, needs no buffer at all; nested paths are sorted first;
/// paths that exclude each other (a leaf and a member below it) take the way through a tree, where the later item wins.
/// </summary>
internal sealed class HistoryLine(ItemPathTable paths)
{
    private const uint ItemTag = 1 << 3 | ProtoReader.BytesType;

    private readonly List<Leaf> _leaves = [];
    private int[] _seen = [];
    private int _row;

    /// <summary>Bytes of the last appended line before it was escaped for the body, as the server's limit for a line counts them.</summary>
    public int LineBytes { get; private set; }

    /// <summary>Bytes of all values of a history record: its line is longer. 0 when it is no such record.</summary>
    public static long ValueBytes(ReadOnlySpan<byte> record)
    {
        long bytes = 0;
        var reader = new ProtoReader(record);
        while (reader.TryReadTag(out var tag))
        {
            if (tag != ItemTag)
            {
                if (!reader.TrySkip(tag))
                    return 0;
                continue;
            }
            if (!reader.TryReadBytes(out var item) || !RawItemReader.TryRead(item, out var read))
                return 0;
            bytes += read.Value.Length;
        }
        return reader.AtEnd ? bytes : 0;
    }

    /// <param name="record">The body of the history record.</param>
    /// <param name="target">Gets <c>"…"</c>; unchanged unless the outcome is Appended.</param>
    public RowOutcome Append(ReadOnlySpan<byte> record, LineBuffer target)
    {
        var start = target.Length;
        var outcome = AppendFlat(record, target) ?? AppendNested(record, target, start);
        if (outcome != RowOutcome.Appended)
            target.Truncate(start);
        return outcome;
    }

    /// <returns>Null when the record needs another way.</returns>
    private RowOutcome? AppendFlat(ReadOnlySpan<byte> record, LineBuffer target)
    {
        var reader = new ProtoReader(record);
        var row = ++_row;
        var lineBytes = 1;
        target.Append("\"{"u8);
        var first = true;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return RowOutcome.Malformed;
            if (tag != ItemTag)
            {
                if (!reader.TrySkip(tag))
                    return RowOutcome.Malformed;
                continue;
            }
            if (!reader.TryReadBytes(out var bytes) || !RawItemReader.TryRead(bytes, out var item))
                return RowOutcome.Malformed;
            var path = paths.Find(item.RawPath);
            var description = paths[path];
            if (!description.IsFlat || !MarkSeen(path, row) || description.Exclusions is not null)
                return null;
            lineBytes += description.JsonBytes + item.Value.Length + 1;
            if (PlainValue.Is(item.Value))
            {
                target.AppendMember(!first, description.EscapedLastLabel, item.Value);
            }
            else
            {
                if (!ValueJson.IsValid(item.Value))
                    return RowOutcome.InvalidValue;
                target.AppendMember(!first, description.EscapedLastLabel, []);
                target.AppendEscaped(item.Value);
            }
            first = false;
        }
        target.Append("}\""u8);
        LineBytes = first ? 2 : lineBytes;
        return RowOutcome.Appended;
    }

    private RowOutcome AppendNested(ReadOnlySpan<byte> record, LineBuffer target, int start)
    {
        target.Truncate(start);
        var row = ++_row;
        var conflict = false;
        _leaves.Clear();
        var reader = new ProtoReader(record);
        while (reader.TryReadTag(out var tag))
        {
            if (tag != ItemTag)
            {
                if (!reader.TrySkip(tag))
                    return RowOutcome.Malformed;
                continue;
            }
            if (!reader.TryReadBytes(out var bytes) || !RawItemReader.TryRead(bytes, out var item))
                return RowOutcome.Malformed;
            if (!PlainValue.Is(item.Value) && !ValueJson.IsValid(item.Value))
                return RowOutcome.InvalidValue;
            var path = paths.Find(item.RawPath);
            if (paths[path].IsUnusable)
                return RowOutcome.InvalidValue;
            conflict |= !MarkSeen(path, row) || paths[path].Exclusions is not null;
            record.Overlaps(item.Value, out var offset);
            _leaves.Add(new Leaf(path, offset, item.Value.Length));
        }
        if (!reader.AtEnd)
            return RowOutcome.Malformed;
        target.Append((byte)'"');
        if ((conflict ? AppendTree(record, target) : AppendSorted(record, target)) is not { } lineBytes)
            return RowOutcome.InvalidValue;
        LineBytes = lineBytes;
        target.Append((byte)'"');
        return RowOutcome.Appended;
    }

    private int? AppendSorted(ReadOnlySpan<byte> record, LineBuffer target)
    {
        var ranks = paths.Ranks();
        _leaves.Sort((a, b) => ranks[a.Path].CompareTo(ranks[b.Path]));
        var printer = new NestedLeaves(target, escaped: true);
        foreach (var leaf in _leaves)
            printer.Add(paths[leaf.Path], record.Slice(leaf.Offset, leaf.Length));
        printer.End();
        return printer.TextBytes;
    }

    /// <returns>Null when the tree does not take a path, because it has too many levels.</returns>
    private int? AppendTree(ReadOnlySpan<byte> record, LineBuffer target)
    {
        var tree = new ValueTree();
        var labels = new LabelPathBuffer();
        foreach (var leaf in _leaves)
        {
            if (!tree.Merge(labels.Of(paths[leaf.Path].Labels), record.Slice(leaf.Offset, leaf.Length)))
                return null;
        }
        var line = new LineBuffer(1024);
        tree.WriteTo(line, omitNullLeaves: false);
        target.AppendEscaped(line.WrittenSpan);
        return line.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MarkSeen(int path, int row)
    {
        if ((uint)path >= (uint)_seen.Length)
            Array.Resize(ref _seen, Math.Max(64, paths.Count * 2));
        if (_seen[path] == row)
            return false;
        _seen[path] = row;
        return true;
    }

    private readonly record struct Leaf(int Path, int Offset, int Length);
}
