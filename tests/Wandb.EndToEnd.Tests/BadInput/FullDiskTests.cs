using Wandb.Contract;
using Wandb.EndToEnd.Tests.Crash;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.EndToEnd.Tests.Sidecar;
using Xunit;

namespace Wandb.EndToEnd.Tests.BadInput;

/// <summary>A disk that takes nothing costs the agent its own files, and nobody a row.</summary>
public sealed class FullDiskTests : WatchTest
{
    private const string Size = "4m";

    [Fact]
    public async Task Where_nothing_can_be_kept_rows_go_up_all_the_same_and_the_receipt_comes_when_there_is_room()
    {
        Directory.CreateDirectory(Folder.Wandb);
        using var disk = TemporaryFileSystem.Mount(Folder.Wandb, Size);
        await using var operation = new OperatorDouble();
        // A console that is too long for the memory, too.
        var records = new RunRecords("full").Start().Rows(0, 5);
        for (var line = 0; line < 150; line++)
            records.Console(new string((char)('a' + line % 26), 10_000) + "\n", line);
        records.Rows(5, 5).Exit(3);
        var file = GrowingFile.In(Folder, "full");
        file.GrowTo(records);
        disk.Fill();
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation, Path.Combine(Folder.Wandb, "state"), signal.Token);

        await UntilRowsAsync("full", 10, agent);
        await UntilAsync(() => operation.Reports.Any(report => Problem(report) is not null), agent, "the problem was told");
        Assert.Equal(
            "checkpoints of 1 run file cannot be written (no space left on device): nothing is lost, but an agent that is started again sends much again",
            operation.Reports.Select(Problem).First(problem => problem is not null));
        Assert.Equal(records.ToFile(), await File.ReadAllBytesAsync(file.Path, Stop));
        disk.Free();
        await UntilAsync(() => operation.Reports[^1].Runs is [{ State: ReportedRunState.Synced }], agent, "the run was proved");

        var run = await EndAsync(signal, agent);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Null(Problem(operation.Reports[^1]));
        Assert.Equal(ReportedRunState.Synced, Assert.Single(operation.Reports[^1].Runs).State);
        Assert.Equal(records.ToFile(), await File.ReadAllBytesAsync(file.Path, Stop));
        await AssertEqualsOneSyncAsync("a run whose disk was full");
    }

    [Fact]
    public async Task Where_only_the_disk_of_the_runs_is_full_the_agents_files_go_to_its_state_directory()
    {
        Directory.CreateDirectory(Folder.Wandb);
        using var disk = TemporaryFileSystem.Mount(Folder.Wandb, Size);
        await using var operation = new OperatorDouble();
        var records = new RunRecords("full").Start().Rows(0, 5).Console("hello\n", 1).Exit();
        var file = GrowingFile.In(Folder, "full");
        file.GrowTo(records);
        disk.Fill();
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation, State, signal.Token);
        await UntilAsync(() => Find("full") is { } found && (bool)found["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.All(operation.Reports, report => Assert.Null(Problem(report)));
        Assert.Single(Directory.GetFiles(State, "*.checkpoint.json", SearchOption.AllDirectories));
        Assert.Equal(records.ToFile(), await File.ReadAllBytesAsync(file.Path, Stop));
    }

    [Fact]
    public async Task File_system_that_became_read_only_is_read_on_from_where_the_last_agent_stopped()
    {
        Directory.CreateDirectory(Folder.Wandb);
        using var disk = TemporaryFileSystem.Mount(Folder.Wandb, Size);
        await using var operation = new OperatorDouble();
        var file = GrowingFile.In(Folder, "fixed");
        var records = new RunRecords("fixed").Start().Rows(0, 5);
        file.GrowTo(records);
        await WatchUntilAsync(operation, 5);
        file.GrowTo(records.Rows(5, 5));
        disk.MakeReadOnly();

        await WatchUntilAsync(operation, 10);
        await WatchUntilAsync(operation, 10);

        Assert.Single(Directory.GetFiles(State, "*.checkpoint.json", SearchOption.AllDirectories));
        Assert.Equal(0, RepeatedLines.Of(Backend.Trace, "wandb-history.jsonl").Repeated);
        Assert.Equal(records.ToFile(), await File.ReadAllBytesAsync(file.Path, Stop));
        Assert.All(operation.Reports, report => Assert.Null(Problem(report)));
    }

    private string State => Path.Combine(Folder.Root, "agent-state");

    private static string? Problem(AgentReport report) => report.Problems.FirstOrDefault(problem => problem.StartsWith("checkpoints", StringComparison.Ordinal));

    private async Task WatchUntilAsync(OperatorDouble operation, int rows)
    {
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var reports = operation.Reports.Count;
        var agent = RunAsync(operation, State, signal.Token);
        await UntilAsync(() => operation.Reports.Skip(reports).Any(report => report.Runs.Any(run => run.RowsAcknowledged == rows)), agent, $"{rows} rows were acknowledged");
        await EndAsync(signal, agent);
    }

    private Task<AgentRun> RunAsync(OperatorDouble operation, string state, CancellationToken signal) => (Agent with
    {
        Environment = new Dictionary<string, string?>
        {
            [AgentEnvironment.Roots] = Folder.Wandb,
            [AgentEnvironment.StateDirectory] = state,
            [AgentEnvironment.GraceSeconds] = "2",
            [AgentEnvironment.ReportUrl] = operation.Url.AbsoluteUri,
        },
    }).RunAsync(["run", "--output", "json"], signal);
}
