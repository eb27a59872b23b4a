using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wandb.Agent.Records;

/// <summary>
/// Gives every path of history and summary items a small number, by a hash of its raw bytes: real files name the same paths in every record,
/// in ever new orders. Numbers are dense from 0 and never change. Not thread-safe.
/// </summary>
internal sealed class ItemPathTable
{
    private readonly Dictionary<string, int> _byLabels = new(StringComparer.Ordinal);
    private ItemPath[] _paths = new ItemPath[64];
    private readonly HashSet<string> _innerNodes = new(StringComparer.Ordinal);
    private int[] _ranks = [];

    private Entry[] _entries = new Entry[256];
    private int _entryCount;
    private int? _unusable;

    /// <summary>How many paths are known.</summary>
    public int Count { get; private set; }

    public ItemPath this[int path] => _paths[path];

    /// <summary>The number of the path that an item names; a new one when it was never seen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> rawPath)
    {
        var hash = Hash(rawPath);
        var entries = _entries;
        for (var at = hash; ; at++)
        {
            ref var entry = ref entries[(int)(at & (uint)(entries.Length - 1))];
            if (entry.RawPath is null)
                return Add(rawPath);
            if (entry.Hash == hash && rawPath.SequenceEqual(entry.RawPath))
                return entry.Path;
        }
    }

    /// <summary>The number of a path given by its labels.</summary>
    public int Find(string[] labels)
    {
        // Lengths stand before the labels, because a label may contain any character.
        var name = string.Concat(labels.Select(label => $"{label.Length}:{label}"));
        if (_byLabels.TryGetValue(name, out var path))
            return path;
        path = Append(new ItemPath(labels));
        _byLabels.Add(name, path);
        Exclude(path);
        return path;
    }

    /// <summary>For each path its position in the order of <see cref="ItemPath.Compare"/>; valid until a path is added.</summary>
    public int[] Ranks()
    {
        if (_ranks.Length != Count)
        {
            var sorted = Enumerable.Range(0, Count).ToArray();
            Array.Sort(sorted, (a, b) => ItemPath.Compare(_paths[a], _paths[b]));
            _ranks = new int[sorted.Length];
            for (var i = 0; i < sorted.Length; i++)
                _ranks[sorted[i]] = i;
        }
        return _ranks;
    }

    private int Append(ItemPath path)
    {
        if (Count == _paths.Length)
            Array.Resize(ref _paths, Count * 2);
        _paths[Count] = path;
        return Count++;
    }

    private void Exclude(int path)
    {
        var labels = _paths[path].Labels;
        var prefix = "";
        var mayExclude = false;
        for (var i = 0; i < labels.Length; i++)
        {
            prefix += $"{labels[i].Length}:{labels[i]}";
            if (i == labels.Length - 1)
            {
                mayExclude |= _innerNodes.Contains(prefix);
                break;
            }
            mayExclude |= _byLabels.ContainsKey(prefix);
            _innerNodes.Add(prefix);
        }
        if (!mayExclude)
            return;
        for (var other = 0; other < path; other++)
        {
            if (!_paths[path].Excludes(_paths[other]))
                continue;
            (_paths[path].Exclusions ??= []).Add(other);
            (_paths[other].Exclusions ??= []).Add(path);
        }
    }

    private int Add(ReadOnlySpan<byte> rawPath)
    {
        var path = RawItemReader.HasValidLabels(rawPath) ? Find(RawItemReader.Labels(rawPath)) : _unusable ??= Append(ItemPath.Unusable());
        if (++_entryCount * 2 > _entries.Length)
        {
            var old = _entries;
            _entries = new Entry[old.Length * 2];
            foreach (var entry in old)
            {
                if (entry.RawPath is not null)
                    Insert(entry);
            }
        }
        Insert(new Entry(Hash(rawPath), rawPath.ToArray(), path));
        return path;
    }

    private void Insert(Entry entry)
    {
        var at = entry.Hash;
        while (_entries[(int)(at & (uint)(_entries.Length - 1))].RawPath is not null)
            at++;
        _entries[(int)(at & (uint)(_entries.Length - 1))] = entry;
    }

    /// <summary>Eight bytes at a time, multiplied and folded: labels are short, and equal bytes are compared afterwards in any case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)bytes.Length * Multiplier;
        ref var at = ref MemoryMarshal.GetReference(bytes);
        var length = bytes.Length;
        if (length >= 8)
        {
            for (var i = 0; i + 8 < length; i += 8)
                hash = Fold((hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, i))) * Multiplier);
            hash = Fold((hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, length - 8))) * Multiplier);
        }
        else
        {
            ulong tail = 0;
            for (var i = 0; i < length; i++)
                tail = tail << 8 | Unsafe.Add(ref at, i);
            hash = Fold((hash ^ tail) * Multiplier);
        }
        return (uint)hash ^ (uint)(hash >> 32);
    }

    private static ulong Fold(ulong value) => value ^ value >> 29;

    private readonly record struct Entry(uint Hash, byte[]? RawPath, int Path);
}
