using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Backend;

/// <summary>One line about a run.</summary>
/// <param name="State">running, finished, failed or preempting.</param>
/// <param name="Group">Null when it has none.</param>
/// <param name="Rows">Lines of history, gaps included.</param>
/// <param name="Events">Lines of system metrics.</param>
/// <param name="Artifacts">Artifacts that the run logged.</param>
internal sealed record RunOverview(
    string Entity, string Project, string Run, string Name, string State, string? Group, long Rows, long Events, long ConsoleLines, int Files, int Artifacts)
{
    /// <summary>Must be called under the state's gate.</summary>
    public static RunOverview Of(StoredRun run, BackendState state) => new(
        run.Key.Entity, run.Key.Project, run.Key.Name, Text(run, "displayName") ?? run.Key.Name, run.State, Text(run, "groupName"),
        run.LineCount(StreamNames.History), run.LineCount(StreamNames.Events), run.LineCount(StreamNames.Console), run.Record.Files.Count,
        ArtifactsOf(run, state).Count());

    public static IEnumerable<ArtifactRecord> ArtifactsOf(StoredRun run, BackendState state) =>
        state.Artifacts.Where(artifact => artifact.Entity == run.Key.Entity && artifact.Project == run.Key.Project && artifact.Run == run.Key.Name);

    private static string? Text(StoredRun run, string member) =>
        run.Record.Bucket[member] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
