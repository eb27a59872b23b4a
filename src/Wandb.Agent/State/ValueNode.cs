namespace Wandb.Agent.State;

/// <summary>A leaf or a subtree of a <see cref="ValueTree"/>. Children keep the order in which they came.</summary>
internal sealed class ValueNode(byte[] label)
{
    /// <summary>From this many children on, an index beats looking at each of them.</summary>
    private const int IndexFrom = 9;

    private Dictionary<byte[], ValueNode>? index;
    private ValueNode? last;
    private ValueNode? previous;

    public byte[] Label { get; } = label;

    /// <summary>The value's own bytes without blanks around it; null for a subtree.</summary>
    public byte[]? Leaf { get; private set; }

    public ValueNode? First { get; private set; }

    public ValueNode? Next { get; private set; }

    public int Count { get; private set; }

    public void BecomeLeaf(byte[] value)
    {
        BecomeEmpty();
        Leaf = value;
    }

    public void BecomeEmpty()
    {
        Leaf = null;
        index = null;
        First = last = null;
        Count = 0;
    }

    /// <summary>Takes over leaf or children of a node that is not used any more.</summary>
    public void Become(ValueNode other)
    {
        Leaf = other.Leaf;
        index = other.index;
        First = other.First;
        last = other.last;
        Count = other.Count;
    }

    public ValueNode? Find(ReadOnlySpan<byte> wanted)
    {
        if (index is not null)
        {
            return index.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(wanted, out var found) ? found : null;
        }

        for (var child = First; child is not null; child = child.Next)
        {
            if (wanted.SequenceEqual(child.Label))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>The child of that label, at the end and empty if it is new.</summary>
    public ValueNode FindOrAdd(ReadOnlySpan<byte> wanted)
    {
        if (Find(wanted) is { } found)
        {
            return found;
        }

        var child = new ValueNode(wanted.ToArray()) { previous = last };
        if (last is null)
        {
            First = child;
        }
        else
        {
            last.Next = child;
        }

        last = child;
        Count++;
        AddToIndex(child);
        return child;
    }

    public void Detach(ValueNode child)
    {
        if (child.previous is null)
        {
            First = child.Next;
        }
        else
        {
            child.previous.Next = child.Next;
        }

        if (child.Next is null)
        {
            last = child.previous;
        }
        else
        {
            child.Next.previous = child.previous;
        }

        child.previous = child.Next = null;
        index?.Remove(child.Label);
        Count--;
    }

    private void AddToIndex(ValueNode added)
    {
        if (index is not null)
        {
            index.Add(added.Label, added);
        }
        else if (Count == IndexFrom)
        {
            index = new Dictionary<byte[], ValueNode>(LabelComparer.Instance);
            for (var child = First; child is not null; child = child.Next)
            {
                index.Add(child.Label, child);
            }
        }
    }
}
