using System.Text;
using System.Text.Json.Serialization;
using Wandb.Agent.Records;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.State;

/// <summary>
/// The run's summary: one value for each leaf. The SDK writes two summary records for every logged step, so setting a leaf must cost next to nothing:
/// values of up to 31 bytes lie in a table of cells, longer ones in arrays of their own.
/// A JSON object given as value is one leaf. An update that leads through such a leaf opens it first, so that its other members stay
/// (the real client loses them). An update of a leaf drops everything below it.
/// </summary>
internal sealed class SummaryState(ItemPathTable paths)
{
    private const uint UpdateTag = 1 << 3 | ProtoReader.BytesType;
    private const uint RemoveTag = 2 << 3 | ProtoReader.BytesType;
    private const int CellBytes = 32;
    private const byte IsLong = byte.MaxValue;

    /// <summary>Of a longer value a checkpoint says only in which record it stands: one is written with every request.</summary>
    private const int KeptBytes = 16 * 1024;

    // The first byte of a cell: 0 not set, 1..31 the length of the value behind it, 255 the value is in _longValues.
    private byte[] _cells = new byte[64 * CellBytes];
    private byte[]?[] _longValues = new byte[64][];
    private int[] _longLengths = new int[64];

    // Where the record of a value in _longValues begins in the run file; 0: not known.
    private long[] _longPlaces = new long[64];

    /// <summary>Rises with every change.</summary>
    public long Version { get; private set; }

    /// <summary>Applies all updates, then all removes: the SDK's marshaller writes fields in any order.</summary>
    /// <param name="record">The body of a summary record.</param>
    /// <param name="place">Where that record begins in the run file; 0: it is no record of its own.</param>
    /// <returns>False when the record is malformed, a value is not JSON or a key is not UTF-8; its other items are applied all the same.</returns>
    public bool Apply(ReadOnlySpan<byte> record, long place = 0)
    {
        var removes = false;
        var valid = Apply(record, UpdateTag, place, ref removes);
        if (removes)
            valid &= Apply(record, RemoveTag, place, ref removes);
        Version++;
        return valid;
    }

    private bool Apply(ReadOnlySpan<byte> record, uint wanted, long place, ref bool removes)
    {
        var reader = new ProtoReader(record);
        var valid = true;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            removes |= tag == RemoveTag;
            if (tag != wanted)
            {
                if (!reader.TrySkip(tag))
                    return false;
                continue;
            }
            if (!reader.TryReadBytes(out var bytes) || !RawItemReader.TryRead(bytes, out var item))
                return false;
            var path = paths.Find(item.RawPath);
            if (paths[path].IsUnusable)
                valid = false;
            else if (tag == RemoveTag)
                Remove(path);
            else if (PlainValue.Is(item.Value))
                Set(path, item.Value, place);
            else if (ValueJson.IsValid(item.Value))
                Set(path, item.Value.Trim(" \t\r\n"u8), place);
            else
                valid = false;
        }
        return valid;
    }

    /// <summary>Prints the summary as one JSON object; leaves that are null are left out, as the server expects it.</summary>
    public void WriteTo(LineBuffer target)
    {
        var ranks = paths.Ranks();
        var present = Present();
        present.Sort((a, b) => ranks[a].CompareTo(ranks[b]));
        var printer = new NestedLeaves(target, escaped: false);
        foreach (var path in present)
        {
            var value = Value(path);
            if (!value.SequenceEqual("null"u8))
                printer.Add(paths[path], value);
        }
        printer.End();
    }

    /// <summary>Values of some leaves as JSON.</summary>
    /// <param name="keys">Labels with dots between them.</param>
    /// <returns>Those that are there, by key.</returns>
    public Dictionary<string, string> Values(IReadOnlyCollection<string> keys)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Present())
        {
            var labels = paths[path].Labels;
            var key = labels.Length == 1 ? labels[0] : string.Join('.', labels);
            if (keys.Contains(key))
                values[key] = Encoding.UTF8.GetString(Value(path));
        }
        return values;
    }

    /// <summary>Bytes of all values that are not short.</summary>
    public long LongBytes => Present().Sum(path => _cells[path * CellBytes] == IsLong ? _longLengths[path] : 0L);

    /// <summary>Every leaf with its labels, also those that are null.</summary>
    public IEnumerable<SummaryLeaf> Leaves() => Present().Select(path => new SummaryLeaf(paths[path].Labels, Encoding.UTF8.GetString(Value(path))));

    /// <summary>Every leaf, of long values only where they stand.</summary>
    public List<SummaryLeaf> Snapshot() =>
    [
        .. Present().Select(path => IsKeptByPlace(path)
            ? new SummaryLeaf(paths[path].Labels, "null") { Place = _longPlaces[path] }
            : new SummaryLeaf(paths[path].Labels, Encoding.UTF8.GetString(Value(path)))),
    ];

    /// <summary>Takes leaves again; those with a place come with <see cref="RestoreLong"/>.</summary>
    public void Restore(IEnumerable<SummaryLeaf> leaves)
    {
        // Without leaves nothing has changed: an empty summary is not sent either.
        foreach (var leaf in leaves)
        {
            if (leaf.Place is null)
                Set(paths.Find(leaf.Path), Encoding.UTF8.GetBytes(leaf.Value), 0);
            Version++;
        }
    }

    /// <param name="leaf">With a place.</param>
    /// <param name="record">The body of the record there.</param>
    /// <returns>False when it does not hold the leaf.</returns>
    public bool RestoreLong(SummaryLeaf leaf, ReadOnlySpan<byte> record)
    {
        var wanted = paths.Find(leaf.Path);
        var isFound = false;
        var reader = new ProtoReader(record);
        while (reader.TryReadTag(out var tag))
        {
            if (tag != UpdateTag)
            {
                if (!reader.TrySkip(tag))
                    break;
                continue;
            }
            if (!reader.TryReadBytes(out var bytes) || !RawItemReader.TryRead(bytes, out var item))
                break;
            if (paths.Find(item.RawPath) != wanted || !ValueJson.IsValid(item.Value))
                continue;
            Set(wanted, item.Value.Trim(" \t\r\n"u8), leaf.Place ?? 0);
            isFound = true;
        }
        return isFound;
    }

    private bool IsKeptByPlace(int path) => _cells[path * CellBytes] == IsLong && _longLengths[path] > KeptBytes && _longPlaces[path] > 0;

    /// <param name="place">See <see cref="_longPlaces"/>.</param>
    private void Set(int path, ReadOnlySpan<byte> value, long place)
    {
        EnsureCell(path);
        if (paths[path].Exclusions is { } exclusions)
            Displace(path, exclusions, isRemove: false);
        var cell = _cells.AsSpan(path * CellBytes, CellBytes);
        if (value.Length < CellBytes)
        {
            cell[0] = (byte)value.Length;
            value.CopyTo(cell[1..]);
            return;
        }
        cell[0] = IsLong;
        if (_longValues[path] is not { } kept || kept.Length < value.Length)
            _longValues[path] = kept = GC.AllocateUninitializedArray<byte>(value.Length);
        value.CopyTo(kept);
        _longLengths[path] = value.Length;
        _longPlaces[path] = place;
    }

    private void Remove(int path)
    {
        EnsureCell(path);
        if (paths[path].Exclusions is { } exclusions)
            Displace(path, exclusions, isRemove: true);
        Clear(path);
    }

    /// <summary>Makes room for a leaf: what lies below it goes, and an object that it leads through is opened.</summary>
    /// <param name="isRemove">Nothing will stand there afterwards: a leaf on the way stays as it is unless the path leads into it.</param>
    private void Displace(int path, List<int> exclusions, bool isRemove)
    {
        for (var i = 0; i < exclusions.Count; i++)
        {
            var other = exclusions[i];
            if (!IsSet(other))
                continue;
            var value = Value(other).ToArray();
            var isObjectAbove = paths[path].IsBelow(paths[other]) && value[0] == (byte)'{';
            if (isRemove && !paths[other].IsBelow(paths[path]) && !Holds(value, paths[path].Labels.AsSpan(paths[other].Labels.Length)))
                continue;
            Clear(other);
            if (!isObjectAbove)
                continue;
            Open(other, value);
            // A member of it may lie on the way too, and its path may stand before this one in the list.
            i = -1;
        }
    }

    /// <summary>Whether a path leads to something inside an object.</summary>
    private static bool Holds(ReadOnlySpan<byte> value, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
            return true;
        if (value[0] != (byte)'{')
            return false;
        var holds = false;
        var reader = new ValueReader(value);
        reader.Read();
        while (reader.Read() == ValueToken.Name)
        {
            var isOnPath = string.Equals(Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw)), path[0], StringComparison.Ordinal);
            var member = reader.ReadValue();
            // Of members with one name the last counts.
            if (isOnPath)
                holds = Holds(member, path[1..]);
        }
        return holds;
    }

    private void Open(int path, ReadOnlySpan<byte> value)
    {
        var reader = new ValueReader(value);
        reader.Read();
        while (reader.Read() == ValueToken.Name)
        {
            var label = Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw));
            Set(paths.Find([.. paths[path].Labels, label]), reader.ReadValue(), 0);
        }
    }

    private List<int> Present()
    {
        var present = new List<int>();
        for (var path = 0; path < Math.Min(paths.Count, _longValues.Length); path++)
        {
            if (IsSet(path))
                present.Add(path);
        }
        return present;
    }

    private bool IsSet(int path) => path < _longValues.Length && _cells[path * CellBytes] != 0;

    private ReadOnlySpan<byte> Value(int path)
    {
        var length = _cells[path * CellBytes];
        return length == IsLong ? _longValues[path].AsSpan(0, _longLengths[path]) : _cells.AsSpan(path * CellBytes + 1, length);
    }

    private void Clear(int path)
    {
        _cells[path * CellBytes] = 0;
        _longValues[path] = null;
    }

    private void EnsureCell(int path)
    {
        if (path < _longValues.Length)
            return;
        var count = Math.Max(path + 1, _longValues.Length * 2);
        Array.Resize(ref _cells, count * CellBytes);
        Array.Resize(ref _longValues, count);
        Array.Resize(ref _longLengths, count);
        Array.Resize(ref _longPlaces, count);
    }
}

/// <summary>One leaf of a summary: its labels and its value as JSON text.</summary>
internal sealed record SummaryLeaf(string[] Path, string Value)
{
    /// <summary>Where the record begins that holds the value, which is not here then. Null: it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Place { get; init; }
}
