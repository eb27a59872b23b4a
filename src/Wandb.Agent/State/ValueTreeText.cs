using System.Buffers;

namespace Wandb.Agent.State;

/// <summary>Prints nodes of a tree as JSON without blanks between their parts.</summary>
internal static class ValueTreeText
{
    /// <param name="omitNullLeaves">Leaves out leaves that are null, and subtrees in which nothing else is left; the node itself is always printed.</param>
    public static void Write(ValueNode node, IBufferWriter<byte> output, bool omitNullLeaves)
    {
        if (node.Leaf is not null)
        {
            output.Write(node.Leaf);
            return;
        }

        output.Write("{"u8);
        var any = false;
        for (var child = node.First; child is not null; child = child.Next)
        {
            if (omitNullLeaves && !HasValue(child))
            {
                continue;
            }

            if (any)
            {
                output.Write(","u8);
            }

            any = true;
            JsonString.Write(output, child.Label);
            output.Write(":"u8);
            Write(child, output, omitNullLeaves);
        }

        output.Write("}"u8);
    }

    private static bool HasValue(ValueNode node)
    {
        if (node.Leaf is not null)
        {
            return !ValueJson.IsNull(node.Leaf);
        }

        for (var child = node.First; child is not null; child = child.Next)
        {
            if (HasValue(child))
            {
                return true;
            }
        }

        return false;
    }
}
