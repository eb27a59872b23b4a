using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Backend;

/// <summary>
/// The whole state as one JSON document: runs in order of entity, project and name, artifacts in order of entity, project, name and
/// digest, counters. Lines are parsed; {"$float": "NaN"} stands for a number that JSON cannot say, {"$gap": true} for a line number that
/// was never written, {"$invalid": text} for a line that is no JSON.
/// </summary>
internal static class StateDocument
{
    // Small texts that a comparison of two states wants to look into; other files are compared by their digest.
    private static readonly string[] ShownFiles = ["wandb-metadata.json", "wandb-summary.json", "config.yaml", "output.log"];
    private const int ShownFileBytes = 512 * 1024;
    private static readonly string[] KnownStreams = [StreamNames.History, StreamNames.Events, StreamNames.Summary, StreamNames.Console];

    /// <summary>Must be called under the state's gate.</summary>
    public static JsonObject Of(BackendState state, int faultHits) => new()
    {
        ["runs"] = new JsonArray([.. state.Runs.Select(run => RunOf(run, state.Folder))]),
        ["artifacts"] = new JsonArray([.. state.Artifacts
            .OrderBy(a => a.Entity, StringComparer.Ordinal).ThenBy(a => a.Project, StringComparer.Ordinal)
            .ThenBy(a => a.Name, StringComparer.Ordinal).ThenBy(a => a.Digest, StringComparer.Ordinal)
            .Select(artifact => ArtifactOf(artifact, state))]),
        ["requests"] = Counts(state.Counts.Requests),
        ["bytes_in"] = state.Counts.BytesIn,
        ["auth"] = new JsonObject { ["ok"] = state.Counts.AuthOk, ["wrong"] = state.Counts.AuthWrong, ["missing"] = state.Counts.AuthMissing },
        ["auth_on_storage"] = state.Counts.AuthOnStorage,
        ["missing_upload_headers"] = state.Counts.MissingUploadHeaders,
        ["unknown_fields"] = Counts(state.Counts.UnknownFields),
        ["problems"] = Texts(state.Problems),
        ["user_agents"] = Counts(state.Counts.UserAgents),
        ["fault_hits"] = faultHits,
    };

    /// <summary>One run. Must be called under the state's gate.</summary>
    public static JsonObject RunOf(StoredRun run, StorageFolder folder)
    {
        var record = run.Record;
        return new JsonObject
        {
            ["entity"] = record.Entity,
            ["project"] = record.Project,
            ["run"] = record.Name,
            ["storage_id"] = run.Key.Id,
            ["bucket"] = Bucket(record),
            ["upserts"] = record.Upserts,
            ["history"] = Parsed(run, StreamNames.History),
            ["events"] = Parsed(run, StreamNames.Events),
            ["summary"] = Parsed(run, StreamNames.Summary).LastOrDefault()?.DeepClone(),
            ["console"] = Raw(run, StreamNames.Console),
            ["other_streams"] = new JsonObject(run.Streams.Keys.Except(KnownStreams, StringComparer.Ordinal)
                .Select(name => KeyValuePair.Create<string, JsonNode?>(name, Raw(run, name)))),
            ["complete"] = record.Complete,
            ["exitcode"] = record.ExitCode,
            ["completes"] = record.Completes,
            ["requests_after_complete"] = record.RequestsAfterComplete,
            ["preempting"] = record.Preempting,
            ["heartbeats"] = record.Heartbeats,
            ["uploaded"] = Texts(record.Uploaded),
            ["files"] = new JsonObject(record.Files.Select(file => KeyValuePair.Create<string, JsonNode?>(file.Key, FileOf(run, file.Key, file.Value, folder)))),
            ["alerts"] = new JsonArray([.. record.Alerts.Select(alert => alert.DeepClone())]),
            ["used_artifacts"] = Texts(record.UsedArtifacts),
            ["stream_stats"] = new JsonObject(run.Streams.Select(stream => KeyValuePair.Create<string, JsonNode?>(stream.Key, Stats(run, stream.Key, stream.Value)))),
            ["requests"] = Counts(record.Requests),
            ["bytes_in"] = record.BytesIn,
            ["ratelimited"] = record.RateLimited,
        };
    }

    public static JsonObject ArtifactOf(ArtifactRecord artifact, BackendState state) => new()
    {
        ["entity"] = artifact.Entity,
        ["project"] = artifact.Project,
        ["type"] = artifact.Type,
        ["name"] = artifact.Name,
        ["digest"] = artifact.Digest,
        ["digestAlgorithm"] = artifact.DigestAlgorithm,
        ["run"] = artifact.Run,
        ["description"] = artifact.Description,
        ["aliases"] = Texts(artifact.Aliases),
        ["tags"] = Texts(artifact.Tags),
        ["metadata"] = artifact.Metadata?.DeepClone(),
        ["ttlDurationSeconds"] = artifact.TtlDurationSeconds?.DeepClone(),
        ["clientID"] = artifact.ClientId,
        ["sequenceClientID"] = artifact.SequenceClientId,
        ["distributedID"] = artifact.DistributedId,
        ["historyStep"] = artifact.HistoryStep?.DeepClone(),
        ["id"] = artifact.Id,
        ["state"] = artifact.State,
        ["files"] = new JsonObject(artifact.Files.Select(file => KeyValuePair.Create<string, JsonNode?>(file.Key, FileOf(file.Value)))),
        ["manifests"] = new JsonArray([.. artifact.Manifests.Select(manifest => ManifestOf(manifest, state))]),
        ["creates"] = artifact.Creates,
        ["commits"] = artifact.Commits,
    };

    private static JsonObject Bucket(RunRecord record)
    {
        var bucket = (JsonObject)record.Bucket.DeepClone();
        if (bucket["config"] is JsonValue config && config.TryGetValue(out string? text))
        {
            bucket["config"] = ExtendedJson.Parse(Encoding.UTF8.GetBytes(text));
        }

        return bucket;
    }

    private static JsonArray Parsed(StoredRun run, string stream) =>
        new([.. Lines(run, stream).Select(line => line is null ? new JsonObject { ["$gap"] = true } : ExtendedJson.Parse(line))]);

    private static JsonArray Raw(StoredRun run, string stream) =>
        new([.. Lines(run, stream).Select(line => line is null ? null : JsonValue.Create(Encoding.UTF8.GetString(line)))]);

    private static IEnumerable<byte[]?> Lines(StoredRun run, string stream) =>
        run.Streams.TryGetValue(stream, out var file) ? file.Lines(0, file.LineCount) : [];

    private static JsonObject FileOf(StoredRun run, string path, RunFile file, StorageFolder folder)
    {
        var json = new JsonObject { ["puts"] = file.Puts, ["size"] = file.SizeBytes, ["md5"] = file.Md5 };
        if (ShownFiles.Contains(path, StringComparer.Ordinal) && file.SizeBytes <= ShownFileBytes)
        {
            json["text"] = Encoding.UTF8.GetString(File.ReadAllBytes(folder.RunFilePath(run.Key, path)));
        }

        return json;
    }

    private static JsonObject Stats(StoredRun run, string name, StreamFile stream)
    {
        var counts = run.Record.Streams[name];
        return new JsonObject
        {
            ["lines"] = stream.LineCount,
            ["written_twice_same"] = counts.WrittenTwiceSame,

            // The summary is one line that is always written again.
            ["written_twice_different"] = name == StreamNames.Summary ? 0 : counts.WrittenTwiceDifferent,
            ["gaps"] = stream.Gaps,
            ["posts"] = counts.Posts,
        };
    }

    private static JsonObject FileOf(ArtifactFile file)
    {
        var json = new JsonObject
        {
            ["md5"] = file.Md5,
            ["received_md5"] = file.ReceivedMd5,
            ["size"] = file.SizeBytes,
            ["puts"] = file.Puts,
            ["mimetype"] = file.MimeType,
        };
        if (file.Parts is { } parts)
        {
            json["parts"] = parts;
        }

        return json;
    }

    private static JsonObject ManifestOf(ManifestRecord manifest, BackendState state)
    {
        var json = new JsonObject
        {
            ["id"] = manifest.Id,
            ["artifactID"] = manifest.ArtifactId,
            ["name"] = manifest.Name,
            ["type"] = manifest.Type,
            ["calls"] = manifest.Calls,
            ["digest"] = manifest.Digest,
            ["baseArtifactID"] = manifest.BaseArtifactId,
        };
        if (manifest.ReceivedMd5 is { } received)
        {
            (json["md5"], json["digest_ok"], json["content"]) = (received, received == manifest.Digest, state.ManifestContent(manifest));
        }

        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Counts(IEnumerable<KeyValuePair<string, long>> counts) =>
        new(counts.Select(count => KeyValuePair.Create<string, JsonNode?>(count.Key, count.Value)));
}
