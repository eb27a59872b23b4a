using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>What whoever waits for the end of a job may expect: the end, and the truth about it.</summary>
public sealed class ExitWhenDoneTests : WatchTest
{
    private protected override LocalBackendOptions Options => new()
    {
        KnownEntities = new HashSet<string> { "sandbox", "closed" },
        KnownProjects = new HashSet<string> { "sandbox/demo", "closed/demo" },
        ForbiddenEntities = new HashSet<string> { "closed" },
    };

    [Fact]
    public async Task Run_whose_trainer_was_killed_ends_the_wait_and_stays_open()
    {
        var file = Folder.Place(new RunRecords("killed").Start().Rows(0, 3));
        Folder.Place(new RunRecords("whole").Start().Rows(0, 3).Exit());

        var run = await WatchAsync();

        Assert.True(run.Status == 2, run.ToString());
        var killed = run.Reports.Single(report => (string)report["run"]! == "killed");
        Assert.Equal("unfinished", (string)killed["result"]!);
        Assert.Equal(2, (int)killed["exitStatus"]!);
        Assert.Equal([0, 1, 2], Find("killed")!.Steps());
        Assert.False((bool)Find("killed")!["complete"]!);
        Assert.False(File.Exists(file + ".synced"));
        Assert.True((bool)Find("whole")!["complete"]!);
    }

    [Fact]
    public async Task File_that_grows_is_waited_for()
    {
        var file = GrowingFile.In(Folder, "slow");
        var records = new RunRecords("slow").Start().Rows(0, 1);
        file.GrowTo(records);
        var watch = WatchAsync("2s");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var row = 1; row < 7; row++)
        {
            await timer.WaitForNextTickAsync(Stop);
            Assert.False(watch.IsCompleted, "the agent ended while the run went on");
            file.GrowTo(records.Rows(row, 1));
        }
        file.GrowTo(records.Exit());

        Assert.Equal(0, (await watch).Status);
        Assert.Equal(7, Find("slow")!.Steps().Count);
    }

    [Fact]
    public async Task File_without_a_first_block_ends_the_wait_as_unusable()
    {
        Folder.Place("seven", new RunRecords("seven").Start().ToFile()[..7]);

        var run = await WatchAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal("unusable", run.Result);
        Assert.Contains("not flushed anything yet", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_key_ends_the_wait_with_its_reason()
    {
        Folder.Place(new RunRecords("locked-out").Start().Rows(0, 3).Exit());

        var run = await (Agent with { ApiKey = "0123456789abcdef0123456789abcdef01234567" }).WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("HTTP 401", run.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("closed", "403")]
    [InlineData("nobody", "404")]
    public async Task Place_that_is_closed_or_unknown_ends_the_wait_and_the_others_are_done(string entity, string status)
    {
        Folder.Place(new RunRecords("bad").Start(run => run.Entity = entity).Rows(0, 3).Exit());
        Folder.Place(new RunRecords("good").Start().Rows(0, 3).Exit());

        var run = await WatchAsync("1h");

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains(status, (string)run.Reports.Last(report => (string)report["run"]! == "bad")["message"]!, StringComparison.Ordinal);
        Assert.True((bool)Find("good")!["complete"]!);
    }

    /// <summary>A bad name, a run that was deleted or is locked: the server says so each time.</summary>
    [Theory]
    [InlineData("graphql:UpsertBucket", 400)]
    [InlineData("filestream", 409)]
    [InlineData("filestream", 410)]
    [InlineData("filestream", 422)]
    public async Task Run_that_the_server_goes_on_refusing_ends_the_wait_with_its_reason(string kind, int status)
    {
        Backend.Faults.Set([new FaultRule(kind, new FaultAction.Status(status, Body: """{"error":"not this one"}""")) { Count = null }]);
        Folder.Place(new RunRecords("bad").Start().Rows(0, 3).Exit());

        var run = await WatchAsync("1h");

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("not this one", (string)run.Reports[^1]["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_that_GraphQL_refuses_ends_the_wait_with_its_reason()
    {
        Backend.Faults.Set([new FaultRule("graphql:UpsertBucket", new FaultAction.GraphQLError("the project is archived")) { Count = null }]);
        Folder.Place(new RunRecords("bad").Start().Rows(0, 3).Exit());

        var run = await WatchAsync("1h");

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal(3, Backend.Trace.Count(request => request.Kind == "graphql:UpsertBucket"));
        Assert.Contains("the project is archived", (string)run.Reports[^1]["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_without_a_certificate_that_can_be_trusted_ends_the_wait_with_its_reason()
    {
        Folder.Place(new RunRecords("waits").Start().Rows(0, 3).Exit());

        // The port speaks no TLS at all.
        var run = await Agent.WatchAsync(Stop, "--exit-when-done", "--base-url", $"https://{Backend.Url.Authority}", Folder.Wandb);

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("TLS failed", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_without_runs_ends_the_wait_and_says_so()
    {
        var run = await WatchAsync();

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains("no runs in it", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directory_that_cannot_be_read_ends_the_wait_and_is_no_success()
    {
        Folder.Place(new RunRecords("whole").Start().Rows(0, 3).Exit());
        var closed = Path.GetDirectoryName(Folder.Place(new RunRecords("closed").Start().Rows(0, 3).Exit()))!;
        var agent = Agent with
        {
            Listing = path =>
            {
                if (path == closed)
                    throw new UnauthorizedAccessException();
            },
        };

        var run = await agent.WatchAsync(Stop, "--exit-when-done", "--quiet", "1s", Folder.Wandb);

        Assert.True(run.Status == 2, run.ToString());
        Assert.Contains($"runs in directories that cannot be read are not seen: {closed} (permission denied)", run.Error, StringComparison.Ordinal);
        Assert.True((bool)Find("whole")!["complete"]!);
        Assert.Null(Find("closed"));
    }

    [Fact]
    public async Task Run_that_another_agent_has_is_waited_for()
    {
        var file = GrowingFile.In(Folder, "other");
        var records = new RunRecords("other").Start().Rows(0, 3);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("other", 3, first);
        var second = WatchAsync();
        file.GrowTo(records.Rows(3, 1).Exit());

        var end = await second;

        Assert.True(end.Status == 0, end.ToString());
        Assert.True((bool)Find("other")!["complete"]!);
        await EndAsync(signal, first);
    }

    private Task<AgentRun> WatchAsync(string quiet = "1s") => Agent.WatchAsync(Stop, "--exit-when-done", "--quiet", quiet, Folder.Wandb);
}
