using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>A file that was uploaded; its content lies on disk.</summary>
/// <param name="Puts">How often it came.</param>
/// <param name="SizeBytes">Size of the last content.</param>
/// <param name="Md5">MD5 of the last content in base64.</param>
internal sealed record RunFile(int Puts, long SizeBytes, string Md5);

/// <summary>Counts of one file of the stream that its lines do not tell.</summary>
internal sealed class StreamCounts
{
    public long Posts { get; set; }

    public long WrittenTwiceSame { get; set; }

    public long WrittenTwiceDifferent { get; set; }
}

/// <summary>Everything about a run except the lines of its stream and the content of its files; run.json on disk.</summary>
internal sealed class RunRecord
{
    public required string Entity { get; init; }

    public required string Project { get; init; }

    public required string Name { get; init; }

    /// <summary>Last value of each member of upsertBucket's input that was not null, under the name it has in answers.</summary>
    public JsonObject Bucket { get; init; } = [];

    public int Upserts { get; set; }

    public Dictionary<string, StreamCounts> Streams { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The client said that the run has ended.</summary>
    public bool Complete { get; set; }

    public long? ExitCode { get; set; }

    public int Completes { get; set; }

    public int RequestsAfterComplete { get; set; }

    public int Preempting { get; set; }

    public int Heartbeats { get; set; }

    public int RateLimited { get; set; }

    /// <summary>Paths reported as uploaded in the stream, in order, each once.</summary>
    public List<string> Uploaded { get; init; } = [];

    public SortedDictionary<string, RunFile> Files { get; init; } = new(StringComparer.Ordinal);

    public List<JsonObject> Alerts { get; init; } = [];

    /// <summary>Names of the artifacts that the run used, in order.</summary>
    public List<string> UsedArtifacts { get; init; } = [];

    public SortedDictionary<string, long> Requests { get; init; } = new(StringComparer.Ordinal);

    public long BytesIn { get; set; }

    public void Count(string kind, long bytes)
    {
        Requests[kind] = Requests.GetValueOrDefault(kind) + 1;
        BytesIn += bytes;
    }
}
