using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Backend.Storage;

/// <summary>A run: its record in memory, its lines on disk. Guarded by the gate of <see cref="BackendState"/>.</summary>
internal sealed class StoredRun(RunKey key, RunRecord record, StorageFolder folder, DateTimeOffset now)
{
    private readonly Dictionary<string, StreamFile> streams =
        record.Streams.Keys.ToDictionary(name => name, name => StreamFile.Open(folder.StreamPath(key, name), folder.IsReadOnly), StringComparer.Ordinal);

    public RunKey Key => key;

    public RunRecord Record => record;

    public TokenBucket Tokens { get; set; } = TokenBucket.Full(now);

    public IReadOnlyDictionary<string, StreamFile> Streams => streams;

    public long LineCount(string stream) => streams.GetValueOrDefault(stream)?.LineCount ?? 0;

    public string? LastLine(string stream) => streams.GetValueOrDefault(stream)?.LastLine() is { } line ? Encoding.UTF8.GetString(line) : null;

    /// <summary>running, finished, failed (exit code other than 0) or preempting.</summary>
    public string State => record switch
    {
        { Complete: true, ExitCode: null or 0 } => "finished",
        { Complete: true } => "failed",
        { Preempting: > 0 } => "preempting",
        _ => "running",
    };

    /// <summary>Carries out one file-stream request. Lines at the same numbers as before replace those: sending a request again changes nothing.</summary>
    public void Apply(StreamMessage message)
    {
        if (record.Complete)
        {
            record.RequestsAfterComplete++;
        }

        record.Heartbeats += message.IsHeartbeat ? 1 : 0;
        foreach (var chunk in message.Chunks)
        {
            if (!streams.TryGetValue(chunk.Name, out var stream))
            {
                streams[chunk.Name] = stream = StreamFile.Open(folder.StreamPath(key, chunk.Name), folder.IsReadOnly);
                record.Streams[chunk.Name] = new StreamCounts();
            }

            var write = stream.Write(chunk.Offset, chunk.Lines);
            var counts = record.Streams[chunk.Name];
            counts.Posts++;
            counts.WrittenTwiceSame += write.SameLines;
            counts.WrittenTwiceDifferent += write.DifferentLines;
        }

        record.Uploaded.AddRange(message.Uploaded.Distinct(StringComparer.Ordinal).Except(record.Uploaded, StringComparer.Ordinal).ToList());
        record.Preempting += message.Preempting ? 1 : 0;
        if (message.Complete)
        {
            record.Complete = true;
            record.ExitCode = message.ExitCode;
            record.Completes++;
        }
    }

    /// <summary>Whether the chunks of a request lie within reach of what is there.</summary>
    public bool Accepts(StreamMessage message) =>
        message.Chunks.All(chunk => chunk.Offset - LineCount(chunk.Name) <= StreamMessage.MaxGapLines);

    /// <summary>Members of upsertBucket's input as the bucket keeps them: null means "leave it".</summary>
    public void Upsert(IEnumerable<KeyValuePair<string, JsonNode?>> members)
    {
        record.Upserts++;
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                record.Bucket[name] = value.DeepClone();
            }
        }

        record.Bucket.TryAdd("displayName", key.Name);
    }

    /// <summary>The value that the config of the last upsert holds under a key of "_wandb", or null.</summary>
    public JsonNode? WandbConfig(string member)
    {
        if (record.Bucket["config"] is not JsonValue config || config.GetValueKind() != JsonValueKind.String)
        {
            return null;
        }

        var wandb = ExtendedJson.Parse(Encoding.UTF8.GetBytes(config.GetValue<string>())) as JsonObject;
        return ((wandb?["_wandb"] as JsonObject)?["value"] as JsonObject)?[member];
    }
}
