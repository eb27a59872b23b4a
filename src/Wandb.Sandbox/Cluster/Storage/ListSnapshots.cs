using System.Globalization;

namespace Wandb.Sandbox.Cluster.Storage;

/// <summary>Lists that are read page by page. Each page sees the state of the first one. Guarded by the store's lock.</summary>
internal sealed class ListSnapshots
{
    // A client that gives up a list never says so.
    private const int MaxKept = 64;
    private readonly Dictionary<string, (string Kind, IReadOnlyList<StoredObject> Left, long Version)> kept = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private long number;

    public string Keep(string kind, IReadOnlyList<StoredObject> rest, long version)
    {
        var token = string.Create(CultureInfo.InvariantCulture, $"page-{version}-{++number}");
        kept[token] = (kind, rest, version);
        order.Enqueue(token);
        while (order.Count > MaxKept)
        {
            kept.Remove(order.Dequeue());
        }

        return token;
    }

    /// <summary>The token stays good: a client may ask for the same page again.</summary>
    public (IReadOnlyList<StoredObject> Left, long Version)? Take(string kind, string token) =>
        kept.TryGetValue(token, out var snapshot) && snapshot.Kind == kind ? (snapshot.Left, snapshot.Version) : null;

    public void Clear()
    {
        kept.Clear();
        order.Clear();
    }
}
