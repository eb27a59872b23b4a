namespace Wandb.Sandbox.Backend.Storage;

/// <summary>Counters over all requests since the start; not kept on disk.</summary>
internal sealed class RequestCounts
{
    public SortedDictionary<string, long> Requests { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> UserAgents { get; } = new(StringComparer.Ordinal);

    /// <summary>Members of inputs and bodies that this server does not know.</summary>
    public SortedDictionary<string, long> UnknownFields { get; } = new(StringComparer.Ordinal);

    public long BytesIn { get; set; }

    public int AuthOk { get; set; }

    public int AuthWrong { get; set; }

    public int AuthMissing { get; set; }

    /// <summary>Uploads that carried an Authorization header: the key would have gone to a storage provider.</summary>
    public int AuthOnStorage { get; set; }

    public int MissingUploadHeaders { get; set; }

    public static void Increment(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
