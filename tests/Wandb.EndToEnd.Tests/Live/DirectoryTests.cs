using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Which runs are followed, and how several go together.</summary>
public sealed class DirectoryTests : WatchTest
{
    [Fact]
    public async Task Runs_are_found_as_they_appear_and_followed_at_the_same_time()
    {
        // The root is not there yet when the agent starts.
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var a = new RunRecords("a").Start().Rows(0, 3);
        var fileA = GrowingFile.In(Folder, "a");
        fileA.Append(a.ToFile().AsSpan(0, 7));
        var b = new RunRecords("b").Start().Rows(0, 3);
        var fileB = GrowingFile.In(Folder, "b");
        fileB.GrowTo(b);
        await UntilRowsAsync("b", 3, watch);
        fileA.GrowTo(a);
        await UntilRowsAsync("a", 3, watch);
        fileB.GrowTo(b.Rows(3, 1).Exit());
        await UntilAsync(() => (bool)Find("b")!["complete"]!, watch, "b was closed");
        fileA.GrowTo(a.Rows(3, 1).Exit());

        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(2, run.Reports.Count);
        await AssertEqualsOneSyncAsync("two runs that were followed");
    }

    [Fact]
    public async Task Run_that_is_marked_as_synced_costs_no_request()
    {
        Folder.Place(new RunRecords("old").Start().Rows(0, 3).Exit());
        Assert.Equal(0, (await SyncAsync()).Status);
        var requests = Backend.Trace.Count;

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Empty(run.Reports);
        Assert.All(Backend.Trace.Skip(requests), request => Assert.Equal("graphql:ServerFeaturesQuery", request.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_that_is_resumed_goes_on_behind_its_first_part(bool firstHasEnded)
    {
        var first = new RunRecords("again").Start().Rows(0, 4).Console("first\n", 1);
        if (firstHasEnded)
            first.Exit(1);
        GrowingFile.In(Folder, "again").GrowTo(first);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("again", 4, watch);
        await UntilAsync(() => !firstHasEnded || (bool)Find("again")!["complete"]!, watch, "the first part was closed");

        var second = GrowingFile.In(Folder, "again", "20260921_130000");
        var records = new RunRecords("again").Start(later: 3600, writer: "x").Rows(4, 4).Console("second\n", 3601);
        second.GrowTo(records);
        await UntilRowsAsync("again", 8, watch);
        second.GrowTo(records.Rows(8, 1).Exit());
        await UntilAsync(() => File.Exists(second.Path + ".synced"), watch, "the second part was synced");

        var run = await EndAsync(signal, watch);
        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8], Find("again")!.Steps());
        Assert.Equal(["first", "second"], Find("again")!.ConsoleTexts());
    }

    [Fact]
    public async Task More_runs_than_jobs_wait_for_their_turn()
    {
        foreach (var id in (string[])["j1", "j2", "j3"])
            Folder.Place(new RunRecords(id).Start().Rows(0, 3).Exit());

        var run = await Agent.WatchAsync(Stop, "--jobs", "1", "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(3, run.Reports.Count);
        await AssertEqualsOneSyncAsync("three runs, one at a time");
    }

    [Theory]
    [InlineData("--grace", "-1")]
    [InlineData("--poll", "0")]
    [InlineData("--jobs", "513")]
    public async Task Option_out_of_range_is_told_with_its_limit(string option, string value)
    {
        var run = await Agent.WatchAsync(Stop, option, value, Folder.Wandb);
        Assert.Equal(1, run.Status);
        Assert.Contains($"{option} '{value}' is not a whole number from", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_found_at_any_depth_and_links_are_not_followed()
    {
        var deep = Path.Combine(Folder.Wandb, "user", "exp", "2026", "wandb");
        var elsewhere = Directory.CreateDirectory(Path.Combine(Folder.Root, "elsewhere")).FullName;
        MoveTo(deep, "deep");
        MoveTo(Path.Combine(elsewhere, "inner"), "linked");
        MoveTo(Path.Combine(Folder.Wandb, ".hidden"), "hidden");
        Directory.CreateSymbolicLink(Path.Combine(Folder.Wandb, "link"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(Folder.Wandb, "user", "loop"), Folder.Wandb);
        Directory.CreateSymbolicLink(Path.Combine(Folder.Wandb, "user", "wandb"), Folder.Wandb);

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb, Path.Combine(Folder.Wandb, "user"));

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("deep", (string)run.Report["run"]!);
    }

    [Fact]
    public async Task Online_run_is_observed_and_never_sent()
    {
        var directory = Path.Combine(Folder.Wandb, "run-20260921_120000-online");
        Folder.Place(new RunRecords("offline").Start().Rows(0, 1));
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, "run-online.wandb");
        await File.WriteAllBytesAsync(file, new RunRecords("online").Start().Rows(0, 5).Exit(7).ToFile(), Stop);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilRowsAsync("offline", 1, watch);

        var run = await EndAsync(signal, watch);

        var state = run.Events.Single(line => (string?)line["run"] == "online");
        Assert.Equal(("observed, exit 7", 5), ((string)state["state"]!, (int)state["rows"]!));
        Assert.DoesNotContain(run.Reports, report => (string?)report["run"] == "online");
        Assert.Null(Find("online"));
        Assert.Equal([file], Directory.GetFiles(directory));
    }

    private void MoveTo(string parent, string id)
    {
        var file = Folder.Place(new RunRecords(id).Start().Rows(0, 3).Exit());
        Directory.CreateDirectory(parent);
        Directory.Move(Path.GetDirectoryName(file)!, Path.Combine(parent, $"offline-run-20260921_120000-{id}"));
    }
}
