using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Backend;

/// <summary>A file of a run.</summary>
internal sealed record RunDetailsFile(string Path, long SizeBytes, string Md5);

/// <summary>An artifact of a run.</summary>
internal sealed record RunDetailsArtifact(string Name, string Type, string State, IReadOnlyList<string> Aliases, int Files, long SizeBytes, string Digest);

/// <summary>Everything about one run that a person wants to see at once.</summary>
/// <param name="Identity">Display name, job type, notes, tags, host and the like, as far as they were sent, and the exit code.</param>
/// <param name="Config">The user's values without their {"value": ...} wrapping, without what the SDK adds.</param>
/// <param name="Summary">Null when none was sent.</param>
/// <param name="LastRows">The last rows of history, oldest first.</param>
/// <param name="Console">The last lines of the console.</param>
/// <param name="Gaps">Line numbers of any stream that were never written: something is missing.</param>
internal sealed record RunDetails(
    RunOverview Overview, JsonObject Identity, JsonNode? Config, JsonNode? Summary, IReadOnlyList<JsonNode?> LastRows, IReadOnlyList<string> Console,
    IReadOnlyList<RunDetailsFile> Files, IReadOnlyList<RunDetailsArtifact> Artifacts, long Gaps)
{
    private const int ShownRows = 5;
    private const int ShownConsoleLines = 20;
    private static readonly string[] IdentityMembers =
        ["displayName", "jobType", "notes", "tags", "description", "host", "program", "commit", "repo", "sweep"];

    /// <summary>Must be called under the state's gate.</summary>
    public static RunDetails Of(StoredRun run, BackendState state) => new(
        RunOverview.Of(run, state),
        IdentityOf(run),
        ConfigOf(run),
        run.LastLine(StreamNames.Summary) is { } summary ? ExtendedJson.Parse(Encoding.UTF8.GetBytes(summary)) : null,
        [.. Last(run, StreamNames.History, ShownRows).Select(line => line is null ? new JsonObject { ["$gap"] = true } : ExtendedJson.Parse(line))],
        [.. Last(run, StreamNames.Console, ShownConsoleLines).Select(line => line is null ? "" : Encoding.UTF8.GetString(line))],
        [.. run.Record.Files.Select(file => new RunDetailsFile(file.Key, file.Value.SizeBytes, file.Value.Md5))],
        [.. RunOverview.ArtifactsOf(run, state).Select(artifact => new RunDetailsArtifact(
            artifact.Name, artifact.Type, artifact.State, artifact.Aliases, artifact.Files.Count, artifact.Files.Values.Sum(file => file.SizeBytes ?? 0), artifact.Digest))],
        run.Streams.Values.Sum(stream => stream.Gaps));

    private static JsonObject IdentityOf(StoredRun run)
    {
        var identity = new JsonObject(IdentityMembers.Where(name => run.Record.Bucket[name] is not null)
            .Select(name => KeyValuePair.Create(name, run.Record.Bucket[name]?.DeepClone())));
        if (run.Record.Complete)
        {
            identity["exitcode"] = run.Record.ExitCode;
        }

        return identity;
    }

    private static JsonObject? ConfigOf(StoredRun run)
    {
        if (run.Record.Bucket["config"] is not JsonValue config || !config.TryGetValue(out string? text)
            || ExtendedJson.Parse(Encoding.UTF8.GetBytes(text)) is not JsonObject members)
        {
            return null;
        }

        return new JsonObject(members.Where(member => member.Key != "_wandb").Select(member => KeyValuePair.Create(
            member.Key, (member.Value is JsonObject wrapped && wrapped.TryGetPropertyValue("value", out var value) ? value : member.Value)?.DeepClone())));
    }

    private static IEnumerable<byte[]?> Last(StoredRun run, string stream, int count) =>
        run.Streams.TryGetValue(stream, out var file) ? file.Lines(Math.Max(0, file.LineCount - count), count) : [];
}
