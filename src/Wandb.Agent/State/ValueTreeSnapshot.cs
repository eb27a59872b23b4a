using System.Buffers;

namespace Wandb.Agent.State;

/// <summary>
/// A tree as bytes and back. A subtree is an object, a leaf an array of one: <c>{"a":[1],"b":{"c":[{"d":null}]}}</c>. So an object that is one
/// leaf stays one: its null members are printed, those of a subtree may not be.
/// </summary>
internal static class ValueTreeSnapshot
{
    // A path, a value at its end and the array around it.
    private const int MaxDepth = ValueTree.MaxPathLength + ValueJson.MaxDepth + 2;

    public static void Write(ValueNode node, IBufferWriter<byte> output)
    {
        if (node.Leaf is not null)
        {
            output.Write("["u8);
            output.Write(node.Leaf);
            output.Write("]"u8);
            return;
        }

        output.Write("{"u8);
        for (var child = node.First; child is not null; child = child.Next)
        {
            if (child != node.First)
            {
                output.Write(","u8);
            }

            JsonString.Write(output, child.Label);
            output.Write(":"u8);
            Write(child, output);
        }

        output.Write("}"u8);
    }

    /// <exception cref="InvalidDataException">These bytes are no snapshot.</exception>
    public static void Read(ValueNode root, ReadOnlySpan<byte> snapshot)
    {
        if (!ValueJson.IsValid(snapshot, MaxDepth))
        {
            throw new InvalidDataException("A snapshot of a value tree is not valid.");
        }

        var reader = new ValueReader(snapshot);
        if (reader.Read() != ValueToken.ObjectStart)
        {
            throw new InvalidDataException("A snapshot of a value tree starts with an object.");
        }

        ReadChildren(root, ref reader);
    }

    private static void ReadChildren(ValueNode node, ref ValueReader reader)
    {
        while (reader.Read() == ValueToken.Name)
        {
            var child = node.FindOrAdd(JsonString.Unescape(reader.Raw));
            switch (reader.Read())
            {
                case ValueToken.ObjectStart:
                    ReadChildren(child, ref reader);
                    break;
                case ValueToken.ArrayStart:
                    child.BecomeLeaf(reader.ReadValue().ToArray());
                    reader.Read();
                    break;
                default:
                    throw new InvalidDataException("A node of a value tree is neither leaf nor subtree.");
            }
        }
    }
}
