using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>The server's limit of two requests a second for each run, with the intervals of a real watch.</summary>
public sealed class PaceTests : WatchTest
{
    private protected override LocalBackendOptions Options => new() { RateLimit = true };

    [Fact]
    public async Task Rows_that_never_stop_coming_meet_no_rate_limit_and_are_there_within_two_seconds()
    {
        var file = GrowingFile.In(Folder, "steady");
        var records = new RunRecords("steady").Start();
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = (Agent with { Live = RealIntervals }).WatchAsync(signal.Token, Folder.Wandb);
        await UntilAsync(() => Find("steady") is not null, watch, "the run was announced");

        for (var step = 0; step < 4; step++)
        {
            var written = TimeProvider.System.GetTimestamp();
            file.GrowTo(records.Rows(step, 1).Console($"10{step}%\r", step));
            await UntilRowsAsync("steady", step + 1, watch);
            Assert.True(TimeProvider.System.GetElapsedTime(written) < TimeSpan.FromSeconds(2), $"row {step} came late");
        }

        await EndAsync(signal, watch);
        Assert.DoesNotContain(StreamRequests, request => request.Status == 429);
        var times = StreamRequests.Select(request => request.Time).ToList();
        Assert.All(times.Zip(times.Skip(2)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMilliseconds(800), "three requests within 800 ms"));
    }

    [Fact]
    public async Task Two_hundred_runs_at_once_meet_no_rate_limit_and_none_starves()
    {
        var runs = Enumerable.Range(0, 200).Select(i => new SteadyRun(Folder, $"many-{i}")).ToDictionary(run => run.Id, StringComparer.Ordinal);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = (Agent with { Live = RealIntervals }).WatchAsync(signal.Token, Folder.Wandb);
        await UntilAsync(() => Backend.Runs().Count == runs.Count, watch, "all runs were announced");

        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var run in runs.Values)
            run.Log();
        // Who is served has something to send again at once: a run that others may overtake for ever would never come so far.
        for (var least = 0; least < 4; await look.WaitForNextTickAsync(Stop))
        {
            Assert.False(watch.IsCompleted, "the agent ended");
            var served = Backend.Runs().ToDictionary(run => (string)run["run"]!, run => run.Steps().Count, StringComparer.Ordinal);
            foreach (var run in runs.Values.Where(run => run.Rows == served[run.Id]))
                run.Log();
            least = served.Values.Min();
        }

        await EndAsync(signal, watch);
        Assert.DoesNotContain(StreamRequests, request => request.Status == 429);
    }

    [Fact]
    public async Task Backlog_drains_in_large_bodies_because_requests_are_few()
    {
        var file = GrowingFile.In(Folder, "backlog");
        file.GrowTo(new RunRecords("backlog").Start().Rows(0, 60, padding: 400).Exit());
        var agent = Agent with { Live = RealIntervals };

        var run = await agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(60, Find("backlog")!.Steps().Count);
        Assert.True(StreamRequests[0].Bytes < 2 * agent.BodyBytes, "the first body waited");
        Assert.All(StreamRequests, request => Assert.True(request.Bytes < 10 * agent.BodyBytes, $"a body of {request.Bytes} bytes"));
        Assert.Contains(StreamRequests, request => request.Bytes > 7 * agent.BodyBytes);
    }

    /// <summary>A run whose trainer logs a row when it is told to.</summary>
    private sealed class SteadyRun
    {
        private readonly GrowingFile file;
        private readonly RunRecords records;

        public SteadyRun(TrainerFolder folder, string id)
        {
            (Id, file, records) = (id, GrowingFile.In(folder, id), new RunRecords(id).Start());
            file.GrowTo(records);
        }

        public string Id { get; }

        public int Rows { get; private set; }

        public void Log() => file.GrowTo(records.Rows(Rows++, 1));
    }
}
