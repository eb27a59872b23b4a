using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>SIGTERM while the server is away: whether it is worth waiting depends on what becomes of the run files.</summary>
public sealed class DarkEndTests : WatchTest
{
    private const string Grace = "45";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Where_the_files_stay_the_end_does_not_wait_for_a_server_that_is_away()
    {
        var (file, records, signal, agent) = await BeginAsync("kept");
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        file.GrowTo(records.Rows(5, 5).Exit());
        var start = TimeProvider.System.GetTimestamp();

        var run = await EndAsync(signal, agent);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Soon);
        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("the server is away: ended before the grace time was over", run.Error, StringComparison.Ordinal);
        Backend.Faults.GoDark(TimeSpan.Zero);
        Assert.Equal(0, (await SyncAsync()).Status);
        await AssertEqualsOneSyncAsync("a run that the next agent finished");
    }

    [Fact]
    public async Task Where_its_exit_code_would_decide_over_a_Job_the_agent_ends_with_0()
    {
        var (file, records, signal, agent) = await BeginAsync("kept", AgentEnvironment.ZeroExitStatus);
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        file.GrowTo(records.Rows(5, 5).Exit());

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("the server is away: ended before the grace time was over", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_swallows_requests_is_not_waited_for_either()
    {
        var (file, records, signal, agent) = await BeginAsync("kept");
        Backend.Faults.Set([new FaultRule("*", new FaultAction.Delay(TimeSpan.FromMinutes(5))) { Count = null }]);
        file.GrowTo(records.Rows(5, 5).Exit());
        var start = TimeProvider.System.GetTimestamp();

        var run = await EndAsync(signal, agent);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Soon);
        Assert.True(run.Status == 2, run.ToString());
    }

    [Fact]
    public async Task Where_the_files_go_with_the_pod_the_grace_time_is_used()
    {
        var (file, records, signal, agent) = await BeginAsync("pod");
        Backend.Faults.GoDark(TimeSpan.FromSeconds(3));
        file.GrowTo(records.Rows(5, 5).Exit());

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        await AssertEqualsOneSyncAsync("a run whose server came back in time");
    }

    [Fact]
    public async Task Watch_ends_soon_too()
    {
        GrowingFile.In(Folder, "dark").GrowTo(new RunRecords("dark").Start().Rows(0, 5));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, "--grace", Grace, Folder.Wandb);
        await UntilRowsAsync("dark", 5, watch);
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        var start = TimeProvider.System.GetTimestamp();

        var run = await EndAsync(signal, watch);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Soon);
        Assert.True(run.Status == 2, run.ToString());
    }

    private async Task<(GrowingFile File, RunRecords Records, CancellationTokenSource Signal, Task<AgentRun> Agent)> BeginAsync(string storage, string? exitStatus = null)
    {
        var file = GrowingFile.In(Folder, "dark");
        var records = new RunRecords("dark").Start().Rows(0, 5);
        file.GrowTo(records);
        var agent = Agent with
        {
            Live = Agent.Live with { DarkPatience = TimeSpan.FromSeconds(1) },
            Environment = new Dictionary<string, string?>
            {
                [AgentEnvironment.Roots] = Folder.Wandb,
                [AgentEnvironment.Storage] = storage,
                [AgentEnvironment.ExitStatus] = exitStatus,
                [AgentEnvironment.GraceSeconds] = Grace,
            },
        };
        var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var task = agent.RunAsync(["run", "--output", "json"], signal.Token);
        await UntilRowsAsync("dark", 5, task);
        return (file, records, signal, task);
    }
}
