using System.Buffers;
using System.Text.Unicode;

namespace Wandb.Agent.State;

/// <summary>
/// An ordered tree of labels whose leaves are values kept as they were written. History rows, the summary and the config are such trees; they
/// differ in whether an object given as value is one leaf (<see cref="SetLeaf"/>: summary) or part of the tree (<see cref="Merge(LabelPath, ReadOnlySpan{byte})"/>: config, history).
/// A leaf set over a subtree replaces it, and the other way round. Not for two threads.
/// </summary>
internal sealed class ValueTree
{
    /// <summary>Most levels of a path. Paths come from the file, and the tree is walked by recursion.</summary>
    public const int MaxPathLength = ValueJson.MaxDepth;

    private readonly ValueNode root = new([]);

    /// <summary>The top level; for those that print the tree in their own way.</summary>
    public ValueNode Root => root;

    public bool IsEmpty => root.Count == 0;

    /// <summary>
    /// Sets one leaf; an object is kept as one leaf. Where the path leads through a leaf that is an object, that object becomes a subtree first,
    /// so that its other members are kept (the real client loses them).
    /// </summary>
    /// <returns>False, and nothing is changed, when the value is no valid value or the path is empty, too long or no UTF-8.</returns>
    public bool SetLeaf(scoped LabelPath path, ReadOnlySpan<byte> value)
    {
        if (!IsUsable(path, value))
        {
            return false;
        }

        NodeAt(path).BecomeLeaf(Compact(value));
        return true;
    }

    /// <summary>As <see cref="SetLeaf"/>, but the members of an object are merged into the tree, recursively. An empty object leaves an existing subtree alone.</summary>
    /// <returns>As <see cref="SetLeaf"/>.</returns>
    public bool Merge(scoped LabelPath path, ReadOnlySpan<byte> value)
    {
        if (!IsUsable(path, value))
        {
            return false;
        }

        var node = NodeAt(path);
        var text = Compact(value);
        if (ValueJson.IsObject(text))
        {
            Merge(node, Expand(text));
        }
        else
        {
            node.BecomeLeaf(text);
        }

        return true;
    }

    /// <summary>Removes a leaf, a subtree or a member of a leaf that is an object; subtrees that are empty then go too.</summary>
    /// <returns>Whether there was something.</returns>
    public bool Remove(scoped LabelPath path) => path.Length is > 0 and <= MaxPathLength && Remove(root, path, 0);

    public bool Contains(scoped LabelPath path) => Find(path) is not null;

    /// <param name="value">The leaf's own bytes.</param>
    /// <returns>False when there is nothing or a subtree.</returns>
    public bool TryGetLeaf(scoped LabelPath path, out ReadOnlySpan<byte> value)
    {
        var leaf = Find(path)?.Leaf;
        value = leaf;
        return leaf is not null;
    }

    public void Clear() => root.BecomeEmpty();

    /// <summary>Prints the tree as one JSON object without blanks between its parts.</summary>
    /// <param name="omitNullLeaves">Leaves out leaves that are null, and subtrees in which nothing else is left (the rule of the summary).</param>
    public void WriteTo(IBufferWriter<byte> output, bool omitNullLeaves) => ValueTreeText.Write(root, output, omitNullLeaves);

    /// <summary>The whole tree as bytes for <see cref="FromSnapshot"/>: JSON in which every leaf stands in an array of its own.</summary>
    public byte[] ToSnapshot()
    {
        var output = new ArrayBufferWriter<byte>();
        ValueTreeSnapshot.Write(root, output);
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">These bytes are no snapshot.</exception>
    public static ValueTree FromSnapshot(ReadOnlySpan<byte> snapshot)
    {
        var tree = new ValueTree();
        ValueTreeSnapshot.Read(tree.root, snapshot);
        return tree;
    }

    private static bool IsUsable(scoped LabelPath path, ReadOnlySpan<byte> value)
    {
        if (path.Length is 0 or > MaxPathLength)
        {
            return false;
        }

        for (var level = 0; level < path.Length; level++)
        {
            if (!Utf8.IsValid(path[level]))
            {
                return false;
            }
        }

        return ValueJson.IsValid(value);
    }

    /// <summary>The node at the path; what is missing is made, what stands in the way gives way.</summary>
    private ValueNode NodeAt(scoped LabelPath path)
    {
        var node = root;
        for (var level = 0; level < path.Length; level++)
        {
            if (node.Leaf is { } leaf)
            {
                if (ValueJson.IsObject(leaf))
                {
                    node.Become(Expand(leaf));
                }
                else
                {
                    node.BecomeEmpty();
                }
            }

            node = node.FindOrAdd(path[level]);
        }

        return node;
    }

    private ValueNode? Find(scoped LabelPath path)
    {
        var node = root;
        for (var level = 0; level < path.Length && node is not null; level++)
        {
            node = node.Find(path[level]);
        }

        return node;
    }

    private static bool Remove(ValueNode node, scoped LabelPath path, int level)
    {
        if (node.Leaf is { } leaf)
        {
            if (!ValueJson.IsObject(leaf))
            {
                return false;
            }

            var expanded = Expand(leaf);
            if (!Remove(expanded, path, level))
            {
                return false;
            }

            node.Become(expanded);
            return true;
        }

        if (node.Find(path[level]) is not { } child)
        {
            return false;
        }

        if (level < path.Length - 1)
        {
            if (!Remove(child, path, level + 1))
            {
                return false;
            }

            if (child.Leaf is not null || child.Count > 0)
            {
                return true;
            }
        }

        node.Detach(child);
        return true;
    }

    private static void Merge(ValueNode target, ValueNode source)
    {
        if (source.Leaf is null && target.Leaf is { } leaf && ValueJson.IsObject(leaf))
        {
            target.Become(Expand(leaf));
        }

        if (source.Leaf is not null || target.Leaf is not null)
        {
            target.Become(source);
            return;
        }

        for (var child = source.First; child is not null; child = child.Next)
        {
            Merge(target.FindOrAdd(child.Label), child);
        }
    }

    /// <summary>An object as a tree; of members with the same name in one object only the last one counts.</summary>
    private static ValueNode Expand(ReadOnlySpan<byte> value)
    {
        var node = new ValueNode([]);
        var reader = new ValueReader(value);
        reader.Read();
        ReadMembers(node, ref reader);
        return node;
    }

    private static void ReadMembers(ValueNode node, ref ValueReader reader)
    {
        while (reader.Read() == ValueToken.Name)
        {
            var child = node.FindOrAdd(JsonString.Unescape(reader.Raw));
            if (reader.NextIsObject)
            {
                child.BecomeEmpty();
                reader.Read();
                ReadMembers(child, ref reader);
            }
            else
            {
                child.BecomeLeaf(reader.ReadValue().ToArray());
            }
        }
    }

    /// <summary>The value without blanks around it and on one line: a row of a .jsonl file must not be broken by a value.</summary>
    private static byte[] Compact(ReadOnlySpan<byte> value)
    {
        var text = value.Trim(" \t\r\n"u8).ToArray();
        if (ValueJson.HasLineBreak(text))
        {
            text.AsSpan().Replace((byte)'\n', (byte)' ');
            text.AsSpan().Replace((byte)'\r', (byte)' ');
        }

        return text;
    }
}
