using System.Security.Cryptography;
using System.Text;

namespace Wandb.Operator.Reports;

/// <summary>
/// Answers about tokens, remembered by the token's SHA-256: a copy of this memory gives nobody a token. Bounded; the oldest answers give way.
/// Safe for concurrent use.
/// </summary>
/// <param name="capacity">Answers at most; some 300 bytes each.</param>
internal sealed class TokenAnswers(int capacity)
{
    // Guards both; the list has the nodes of the map, the oldest first.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Answer>> _byHash = new(StringComparer.Ordinal);
    private readonly LinkedList<Answer> _byAge = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _byHash.Count;
        }
    }

    public static string HashOf(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public TokenOutcome? Find(string hash, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_byHash.TryGetValue(hash, out var node))
                return null;
            if (node.Value.Until > now)
                return node.Value.Outcome;
            Remove(node);
            return null;
        }
    }

    public void Keep(string hash, TokenOutcome outcome, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (_byHash.TryGetValue(hash, out var before))
                Remove(before);
            else if (_byHash.Count >= capacity)
                Remove(_byAge.First!);
            _byHash[hash] = _byAge.AddLast(new Answer(hash, outcome, until));
        }
    }

    private void Remove(LinkedListNode<Answer> node)
    {
        _byHash.Remove(node.Value.Hash);
        _byAge.Remove(node);
    }

    private sealed record Answer(string Hash, TokenOutcome Outcome, DateTimeOffset Until);
}
