using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>Containers of one pod that end before the pod does, and such as go on nevertheless.</summary>
public sealed class ContainersTests : WatchTest
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(RunRecords.StartSeconds);

    [Fact]
    public async Task Run_of_a_container_that_ended_is_closed_while_those_of_the_others_go_on()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Ended = [Ended("worker", 137, "OOMKilled")] } };
        var (trainer, worker) = (new RunRecords("trainer").Start().Rows(0, 4), new RunRecords("worker").Start().Rows(0, 3));
        var file = Place("trainer", trainer);
        Place("worker", worker);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation, "trainer,worker", signal.Token);

        await UntilAsync(() => Find("worker") is { } run && (bool)run["complete"]!, agent, "the run of the ended container was closed");
        await UntilRowsAsync("trainer", 4, agent);
        file.GrowTo(trainer.Rows(4, 2).Exit());
        await UntilAsync(() => (bool)Find("trainer")!["complete"]!, agent, "the other run came to its end");

        var run = await EndAsync(signal, agent);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal((137, "OOMKilled"), ((int)Find("worker")!["exitcode"]!, (string)Find("worker")!["summary"]!["kubernetes/exit_reason"]!));
        Assert.Equal((0, 6), ((int)Find("trainer")!["exitcode"]!, Find("trainer")!.Steps().Count));
        Assert.Equal(
            [("trainer", "trainer", 0), ("worker", "worker", 137)],
            operation.Reports[^1].Runs.OrderBy(told => told.Id, StringComparer.Ordinal).Select(told => (told.Id, told.Container, told.ExitCode ?? -1)));
    }

    [Fact]
    public async Task Run_that_is_resumed_by_the_next_instance_of_its_container_is_opened_again()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Ended = [Ended("trainer", 137, "OOMKilled")] } };
        Place("trainer", new RunRecords("again").Start().Rows(0, 4));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation, "trainer", signal.Token);
        await UntilAsync(() => Find("again") is { } run && (bool)run["complete"]!, agent, "the first part was closed");

        var second = new RunRecords("again").Start(later: 3600, writer: "x").Rows(4, 4);
        var file = Place("trainer", second, "20260921_130000");
        await UntilRowsAsync("again", 8, agent);
        file.GrowTo(second.Exit());
        await UntilAsync(() => File.Exists(file.Path + ".synced"), agent, "the second part was synced");

        var run = await EndAsync(signal, agent);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Find("again")!.Steps());
        Assert.Equal((true, 0), ((bool)Find("again")!["complete"]!, (int)Find("again")!["exitcode"]!));
    }

    [Fact]
    public async Task File_that_grows_after_its_run_was_closed_is_sent_to_its_end()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Ended = [Ended("trainer", 137, "OOMKilled")] } };
        var records = new RunRecords("late").Start().Rows(0, 4);
        var file = Place("trainer", records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation, "trainer", signal.Token);
        await UntilAsync(() => File.Exists(file.Path + ".synced"), agent, "the run was closed");

        file.GrowTo(records.Rows(4, 3).Exit(1));

        await UntilAsync(() => Find("late") is { } late && late.Steps().Count == 7 && (bool)late["complete"]! && (int)late["exitcode"]! == 1, agent, "the rest was sent");
        var run = await EndAsync(signal, agent);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal((ReportedRunState.Synced, 7L), (operation.Reports[^1].Runs[0].State, operation.Reports[^1].Runs[0].RowsAcknowledged));
    }

    [Fact]
    public async Task File_that_grew_after_another_agent_had_closed_its_run_is_sent_to_its_end()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Ended = [Ended("trainer", 137, "OOMKilled")] } };
        var records = new RunRecords("late").Start().Rows(0, 4);
        var file = Place("trainer", records);
        using (var kill = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            var first = RunAsync(operation, "trainer", kill.Token);
            await UntilAsync(() => File.Exists(file.Path + ".synced"), first, "the run was closed");
            await EndAsync(kill, first);
        }
        file.GrowTo(records.Rows(4, 3).Exit(1));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var agent = RunAsync(operation, "trainer", signal.Token);

        await UntilAsync(() => Find("late") is { } late && late.Steps().Count == 7 && (int)late["exitcode"]! == 1, agent, "the rest was sent");
        var run = await EndAsync(signal, agent);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("its run was closed without an exit record, and it has grown since: the rest is sent", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Find("late")!.Steps());
        Assert.Equal((ReportedRunState.Synced, 7L), (operation.Reports[^1].Runs[0].State, operation.Reports[^1].Runs[0].RowsAcknowledged));
    }

    private static ContainerEnd Ended(string container, int code, string reason) => new()
    {
        Container = container,
        ExitCode = code,
        Reason = reason,
        StartedAt = Start.AddSeconds(-2),
        FinishedAt = Start.AddSeconds(60),
    };

    /// <summary>As injection lays it out for several containers: each has a folder below the root.</summary>
    private GrowingFile Place(string container, RunRecords records, string time = "20260921_120000")
    {
        var placed = GrowingFile.In(Folder, records.RunId, time);
        var file = placed.MoveTo(Path.Combine(Folder.Root, "pod", container, "wandb", $"offline-run-{time}-{records.RunId}"));
        file.GrowTo(records);
        return file;
    }

    private Task<AgentRun> RunAsync(OperatorDouble operation, string containers, CancellationToken signal) => (Agent with
    {
        Environment = new Dictionary<string, string?>
        {
            [AgentEnvironment.Roots] = Path.Combine(Folder.Root, "pod"),
            [AgentEnvironment.Containers] = containers,
            [AgentEnvironment.StateDirectory] = Path.Combine(Folder.Root, "state"),
            [AgentEnvironment.GraceSeconds] = "5",
            [AgentEnvironment.ReportUrl] = operation.Url.AbsoluteUri,
            [AgentEnvironment.PodNamespace] = "ml",
            [AgentEnvironment.PodName] = "train-0",
        },
    }).RunAsync(["run", "--output", "json"], signal);
}
