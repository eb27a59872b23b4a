namespace Wandb.Benchmarks.Generate;

/// <summary>
/// The order in which the SDK writes the values of a step: a walk over nested Go maps. A map of up to eight members is walked from a random
/// one on, around the end; a larger one in another order each time.
/// </summary>
internal sealed class MapWalk
{
    private const int MostMembersInOneBucket = 8;

    private readonly Node root;
    private readonly SplitMix64 random;

    /// <param name="paths">Labels of each leaf; leaves with a common beginning share a map.</param>
    public MapWalk(IReadOnlyList<string[]> paths, SplitMix64 random)
    {
        this.random = random;
        root = Node.Of([.. paths.Select((path, leaf) => (path, leaf))], depth: 0);
    }

    /// <summary>Writes the leaves' positions in the list of paths, each once.</summary>
    public void Fill(Span<int> order)
    {
        int filled = 0;
        Fill(root, order, ref filled);
    }

    private void Fill(Node node, Span<int> order, ref int filled)
    {
        if (node.Members is not { } members)
        {
            order[filled++] = node.Leaf;
            return;
        }

        int start = 0;
        if (members.Length <= MostMembersInOneBucket)
        {
            start = random.Below(members.Length);
        }
        else
        {
            Shuffle(members);
        }

        for (int i = 0; i < members.Length; i++)
        {
            Fill(members[(start + i) % members.Length], order, ref filled);
        }
    }

    private void Shuffle(Node[] members)
    {
        for (int i = members.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (members[i], members[other]) = (members[other], members[i]);
        }
    }

    /// <param name="Members">Null for a leaf.</param>
    private sealed record Node(int Leaf, Node[]? Members)
    {
        public static Node Of(IReadOnlyList<(string[] Path, int Leaf)> leaves, int depth) =>
            leaves is [var (path, leaf)] && path.Length == depth
                ? new Node(leaf, null)
                : new Node(-1, [.. leaves.GroupBy(entry => entry.Path[depth]).Select(group => Of([.. group], depth + 1))]);
    }
}
