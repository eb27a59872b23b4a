using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>
/// Alerts of a run that the server has as closed: those of another part, or of what a file has got since, were not sent by then; those of its own end were.
/// </summary>
public sealed class AlertsOfPartsTests : SyncTest
{
    private const string Run = "alerts";
    private const string Later = "20260921_130000";

    /// <param name="isElsewhere">Whether the first part came from another machine.</param>
    /// <param name="rows">Rows of the second part, behind its alert.</param>
    [Theory]
    [InlineData(true, 5)]
    [InlineData(true, 0)]
    [InlineData(false, 5)]
    [InlineData(false, 0)]
    public async Task Alert_before_the_first_row_of_a_later_part_is_sent(bool isElsewhere, int rows)
    {
        var first = new RunRecords(Run).Start(writer: "first").Rows(0, 5).Alert("one").Exit(1);
        using (var folder = new TrainerFolder())
        {
            var place = isElsewhere ? folder : Folder;
            place.Place(first);
            Assert.Equal(0, (await AgentSetup.For(Backend, place).SyncAsync(Stop, place.Wandb)).Status);
        }
        var file = Folder.Place(new RunRecords(Run).Start(later: 3600, writer: "second").Alert("two").Rows(5, rows).Exit(), Later);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(["one", "two"], Titles());
        Assert.Contains("\"alerts\": 1", await File.ReadAllTextAsync(file + ".receipt.json", Stop), StringComparison.Ordinal);
    }

    /// <param name="rows">Rows that come behind the later alert.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Alert_that_comes_after_a_run_was_closed_without_exit_record_is_sent_and_those_before_are_not_sent_again(int rows)
    {
        var records = new RunRecords(Run).Start().Rows(0, 5).Alert("one");
        Folder.Place(records);
        var closed = await SyncAsync(Folder.Wandb, "--finish", "1");
        Assert.Equal((0, "synced"), (closed.Status, closed.Result));
        Folder.Place(records.Alert("two").Rows(5, rows).Exit());

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(["one", "two"], Titles());
        Assert.Equal(5 + rows, Backend.Run(Run).Steps().Count);
    }

    [Fact]
    public async Task Alert_that_comes_after_a_run_was_closed_is_sent_by_who_watches_it()
    {
        var records = new RunRecords(Run).Start().Rows(0, 5).Alert("one");
        Folder.Place(records);
        await SyncAsync(Folder.Wandb, "--finish", "1");
        Folder.Place(records.Alert("two").Exit());

        var run = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(["one", "two"], Titles());
    }

    /// <summary>Neither a receipt nor a checkpoint is there: the run was closed by the exit record behind the alert.</summary>
    [Fact]
    public async Task Alert_at_the_end_is_not_sent_again_from_a_copy()
    {
        Folder.Place(new RunRecords(Run).Start().Rows(0, 5).Alert("one").Exit());
        using var copy = Folder.Copy();
        await SyncAsync();

        var run = await AgentSetup.For(Backend, copy).SyncAsync(Stop, copy.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(["one"], Titles());
    }

    private IEnumerable<string> Titles() => Backend.Run(Run)["alerts"]!.AsArray().Select(alert => (string)alert!["title"]!);
}
