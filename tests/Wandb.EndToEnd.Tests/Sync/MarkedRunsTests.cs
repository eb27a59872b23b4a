using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Runs with a <c>.synced</c> beside them. The real client writes it although it lost files or rows, and for a run that was still written.</summary>
public sealed class MarkedRunsTests : SyncTest
{
    [Fact]
    public async Task Run_that_another_program_has_marked_is_skipped_and_not_called_proved()
    {
        var file = Folder.Place(new RunRecords("marked").Start().Rows(0, 5).Exit());
        await File.WriteAllTextAsync(file + ".synced", "", Stop);

        var run = await SyncAsync();

        Assert.Equal((2, "skipped", true), (run.Status, run.Result, (bool)run.Report["unproved"]!));
        Assert.Contains("not proved", run.Message, StringComparison.Ordinal);
        Assert.Contains("--include-synced", run.Message, StringComparison.Ordinal);
        Assert.Empty(Backend.Runs());

        var compared = await SyncAsync(Folder.Wandb, "--include-synced");
        Assert.Equal((0, "synced", false), (compared.Status, compared.Result, (bool)compared.Report["unproved"]!));
        Assert.Equal([0, 1, 2, 3, 4], Backend.Run("marked").Steps());
        var again = await SyncAsync();
        Assert.Equal((0, "skipped", false), (again.Status, again.Result, (bool)again.Report["unproved"]!));
    }

    [Fact]
    public async Task Receipt_of_another_server_proves_nothing_of_this_one()
    {
        Folder.Place(new RunRecords("elsewhere").Start().Rows(0, 5).Exit());
        Assert.Equal(0, (await SyncAsync()).Status);
        await using var other = await LocalBackend.StartAsync(Options, Stop);

        var run = await AgentSetup.For(other, Folder).SyncAsync(Stop, Folder.Wandb);

        Assert.Equal((2, "skipped", true), (run.Status, run.Result, (bool)run.Report["unproved"]!));
        Assert.Contains(Backend.Url.AbsoluteUri, run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_part_begins_at_the_first_line_of_a_server_that_has_nothing_of_the_first_part()
    {
        Folder.Place(new RunRecords("parts").Start(writer: "first").Rows(0, 5).Exit());
        Assert.Equal(0, (await SyncAsync()).Status);
        Folder.Place(new RunRecords("parts").Start(later: 3600, writer: "second").Rows(5, 5).Exit(), "20260921_130000");
        await using var other = await LocalBackend.StartAsync(Options, Stop);

        var run = await AgentSetup.For(other, Folder).SyncAsync(Stop, Folder.Wandb);

        Assert.True(run.Status == 2, run.ToString());
        Assert.Equal(["skipped", "synced"], run.Reports.Select(report => (string)report["result"]!));
        Assert.Equal([5, 6, 7, 8, 9], other.Run("parts").Steps());
    }

    [Fact]
    public async Task Watch_leaves_marked_runs_alone_and_says_nothing_of_them()
    {
        var first = Folder.Place(new RunRecords("parts").Start(writer: "first").Rows(0, 5).Exit());
        await File.WriteAllTextAsync(first + ".synced", "", Stop);
        Folder.Place(new RunRecords("parts").Start(later: 3600, writer: "second").Rows(5, 5).Exit(), "20260921_130000");

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("synced", (string)run.Reports.Single()["result"]!);
    }
}
