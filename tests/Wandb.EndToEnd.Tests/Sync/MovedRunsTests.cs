using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Runs that are uploaded elsewhere than where they were made: a copied folder, a claim under another mount path.</summary>
public sealed class MovedRunsTests : SyncTest
{
    [Fact]
    public async Task Staged_files_of_artifacts_are_found_where_the_folder_of_the_runs_is_now()
    {
        var made = Path.Combine(Folder.Root, "made");
        var job = new TrainingJob
        {
            Run = new TrainerRun { RunId = "moved", Project = "demo", Root = made, StartTime = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000) },
            Rows = 10,
            RowsPerSecond = 0,
            ArtifactFolder = Path.Combine(made, ".data"),
        };
        await job.RunAsync(made, TimeProvider.System, Stop);
        var now = Path.Combine(Folder.Root, "now");
        Directory.Move(made, now);

        var sync = await SyncAsync(now);

        // The report's file was a temporary one of the script.
        var states = Backend.Artifacts().ToDictionary(artifact => (string)artifact["name"]!, artifact => (string)artifact["state"]!);
        Assert.Equal(("COMMITTED", "PENDING"), (states["weights-moved"], states["report-moved"]));
        Assert.Contains("report-moved is incomplete", sync.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("weights-moved", sync.Message, StringComparison.Ordinal);
        Assert.Equal(0, (int)sync.Report["setAside"]!);
    }
}
