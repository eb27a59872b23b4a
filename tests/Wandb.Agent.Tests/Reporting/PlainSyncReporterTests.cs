using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Reporting;

public sealed class PlainSyncReporterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();
    private readonly PlainSyncReporter _reporter;

    public PlainSyncReporterTests() => _reporter = new PlainSyncReporter(_output, _time);

    private string[] Lines => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void A_synced_run_is_one_line()
    {
        _reporter.Finished(Reports.Synced);
        Assert.Equal(["synced      demo/minima8394  3 rows, 4 files  https://wandb.example/team/demo/runs/minima8394"], Lines);
    }

    [Fact]
    public void A_run_without_an_exit_record_is_told_with_what_can_be_done()
    {
        _reporter.Finished(Reports.Synced with { Result = SyncResult.Unfinished, Files = 0, HistoryLines = 1, Url = null });
        Assert.Equal(
            ["unfinished  demo/minima8394  1 row", "            no exit record: the run stays open on the server (--finish CODE closes it)"], Lines);
    }

    [Fact]
    public void An_unusable_file_is_named_with_its_reason()
    {
        _reporter.Finished(Reports.Unusable);
        Assert.Equal(["unusable    x.wandb", "            the file is empty"], Lines);
    }

    [Fact]
    public void Five_losses_are_listed_and_the_rest_are_counted()
    {
        _reporter.Finished(Reports.Synced.WithLost(7));
        Assert.Equal(7, Lines.Length);
        Assert.Equal("            record 10 lost in block 1 (checksum)", Lines[1]);
        Assert.Equal("            and 2 more", Lines[6]);
    }

    [Fact]
    public void What_the_message_tells_is_not_told_again()
    {
        _reporter.Finished((Reports.Synced with { Message = "record 10 lost in block 1 (checksum); and 6 more" }).WithLost(7));
        _reporter.Finished(Reports.Synced with { Message = "still growing: what was there is on the server", IsGrowing = true });
        Assert.Equal(4, Lines.Length);
    }

    [Fact]
    public void Runs_that_were_only_looked_at_have_no_totals()
    {
        _reporter.Close([Reports.Synced with { Result = SyncResult.Listed }], []);
        Assert.Equal(["1 run: 1 listed"], Lines);
    }

    [Fact]
    public void The_start_of_a_run_is_told_once_and_only_when_it_is_known()
    {
        var progress = new RunProgress("run-a.wandb", null, "header", 23_400, 0, 0);
        _reporter.Progress(progress);
        _reporter.Progress(progress with { Run = new RunPath("team", "demo", "a") });
        _reporter.Progress(progress with { Run = new RunPath("team", "demo", "a"), Rows = 5 });
        Assert.Equal(["syncing     demo/a  run-a.wandb  23.4 kB"], Lines);
    }

    [Fact]
    public void Waits_are_told_once_in_ten_seconds_for_each_subject()
    {
        Wait("UpsertBucket", 1);
        Wait("UpsertBucket", 2);
        Wait("file stream of team/demo/a", 1);
        _time.Advance(TimeSpan.FromSeconds(10));
        Wait("UpsertBucket", 3);
        Assert.Equal(
            [
                "waiting     UpsertBucket: HTTP 503; try 2 in 2.0 s",
                "waiting     file stream of team/demo/a: HTTP 503; try 2 in 2.0 s",
                "waiting     UpsertBucket: HTTP 503; try 4 in 2.0 s",
            ],
            Lines);
    }

    [Fact]
    public void The_last_line_holds_the_totals()
    {
        _time.Advance(TimeSpan.FromSeconds(65));
        _reporter.Close([Reports.Synced, Reports.Synced.WithLost(2), Reports.Unusable], [new PathProblem("nope", "no such file or directory")]);
        Assert.Equal(["3 runs: 2 synced, 1 unusable, 1 path without runs; 6 rows, 8 files, 2 records lost in the files in 65 s"], Lines);
    }

    [Fact]
    public void Runs_that_were_skipped_without_a_proof_are_counted_apart()
    {
        var skipped = Reports.Synced with { Result = SyncResult.Skipped, HistoryLines = 0, Files = 0 };
        _reporter.Close([skipped, skipped, skipped with { IsUnproved = true }], []);
        Assert.Equal(["3 runs: 3 skipped (1 not proved); 0 rows, 0 files in 0.0 s"], Lines);
    }

    [Fact]
    public void Names_from_a_file_cannot_move_the_cursor_or_fake_lines()
    {
        _reporter.Note("a\nsynced      fake", "\u001b[2J\u202Eevil");
        Assert.Equal(["note        a synced      fake: \uFFFD[2J\uFFFDevil"], Lines);
    }

    [Fact]
    public void A_reader_that_has_gone_does_not_stop_the_sync()
    {
        var reporter = new PlainSyncReporter(new BrokenWriter(), _time);
        reporter.Finished(Reports.Synced);
        reporter.Finished(Reports.Synced);
    }

    private void Wait(string what, int attempt) => _reporter.Waiting(what, "HTTP 503", TimeSpan.FromSeconds(2), attempt);

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("no space left on device");
    }
}
