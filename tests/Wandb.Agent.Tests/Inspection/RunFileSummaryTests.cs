using Wandb.Agent.Inspection;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Inspection;

public sealed class RunFileSummaryTests
{
    private readonly RunFileSummary _summary = new();
    private long _num;

    [Fact]
    public void Later_run_records_change_only_what_they_name()
    {
        var start = new Timestamp { Seconds = 86400 };
        Add(RecordKind.Run, new RunRecord { RunId = "a", Project = "demo", DisplayName = "first", Tags = { "x", "y" }, StartTime = start });
        Add(RecordKind.Run, new RunRecord { RunId = "a", DisplayName = "second" });
        Assert.Equal(("a", "demo", "second"), (_summary.Run!.RunId, _summary.Run.Project, _summary.Run.Name));
        Assert.Equal(["x", "y"], _summary.Run.Tags);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(1), _summary.Run.StartTime);
    }

    [Fact]
    public void The_sdk_version_comes_from_the_header_and_better_from_telemetry()
    {
        _summary.AddRecord(WrittenRecords.Header(++_num, "0.28.2+"), 0, 0);
        Assert.Equal("0.28.2+", _summary.SdkVersion);
        Add(RecordKind.Telemetry, new TelemetryRecord { CliVersion = "0.28.2" });
        Assert.Equal("0.28.2", _summary.SdkVersion);
    }

    [Fact]
    public void History_gives_rows_steps_and_distinct_keys()
    {
        _summary.AddRecord(WrittenRecords.History(++_num, ("loss", "1"), ("_step", "8")), 0, 0);
        _summary.AddRecord(WrittenRecords.History(++_num, ("_step", "3"), ("train.acc", "NaN"), ("loss", "2")), 0, 0);
        Assert.Equal((2, 3, 8), (_summary.History.Rows, _summary.History.FirstStep, _summary.History.LastStep));
        Assert.Equal(["loss", "_step", "train.acc"], _summary.History.Keys(50));
        Assert.Equal(["loss"], _summary.History.Keys(1));
    }

    [Fact]
    public void A_step_outside_the_items_counts_too_and_an_empty_one_is_step_0()
    {
        _summary.AddRecord(WrittenRecords.Record(++_num, RecordKind.History, [0x12, 0]), 0, 0);
        _summary.AddRecord(WrittenRecords.Record(++_num, RecordKind.History, [0x12, 2, 0x08, 41]), 0, 0);
        Assert.Equal((0, 41), (_summary.History.FirstStep, _summary.History.LastStep));
    }

    [Fact]
    public void The_number_of_keys_that_are_kept_has_a_limit()
    {
        var keys = Enumerable.Range(0, HistorySummary.MaxKeys + 1).Select(i => ($"k{i}", "1")).ToArray();
        _summary.AddRecord(WrittenRecords.History(++_num, keys), 0, 0);
        Assert.Equal((HistorySummary.MaxKeys, true), (_summary.History.KeyCount, _summary.History.HasMoreKeys));
    }

    [Fact]
    public void Console_pieces_are_counted_as_lines_of_their_stream()
    {
        Output(RecordKind.OutputRaw, 1, "one\ntw");
        Output(RecordKind.OutputRaw, 0, "error");
        Output(RecordKind.OutputRaw, 1, "o\nthree");
        Output(RecordKind.Output, 1, "");
        Assert.Equal((3, 1), (_summary.Stdout.Lines, _summary.Stderr.Lines));
    }

    [Fact]
    public void Redirected_console_records_hold_whole_lines()
    {
        Output(RecordKind.Output, 1, "one\ntwo");
        Output(RecordKind.Output, 1, "three\n");
        Assert.Equal(3, _summary.Stdout.Lines);
    }

    [Fact]
    public void Files_artifacts_alerts_and_the_exit_are_named()
    {
        var (now, live) = (new FilesRecord.Types.FilesItem { Path = "a" }, new FilesRecord.Types.FilesItem { Path = "b", Policy = 2 });
        var manifest = new ArtifactManifest { Contents = { new ArtifactManifestEntry { Path = "x" } } };
        Add(RecordKind.Files, new FilesRecord { Files = { now, live } });
        Add(RecordKind.Artifact, new ArtifactRecord { Type = "model", Name = "m", Manifest = manifest });
        Add(RecordKind.Alert, new AlertRecord { Level = "WARN", Title = "low" });
        Add(RecordKind.Exit, new RunExitRecord { ExitCode = 5, Runtime = 61 });
        Assert.Equal([new NamedFile("a", "now"), new NamedFile("b", "live")], _summary.Files.First);
        Assert.Equal([new NamedArtifact("model", "m", 1)], _summary.Artifacts.First);
        Assert.Equal([new NamedAlert("WARN", "low")], _summary.Alerts.First);
        Assert.Equal((5, 61), (_summary.ExitCode, _summary.RuntimeSeconds));
    }

    [Fact]
    public void Lists_keep_their_beginning_and_count_the_rest()
    {
        for (var i = 0; i <= RunFileSummary.MaxListed; i++)
            Add(RecordKind.Alert, new AlertRecord { Title = "t" });
        Assert.Equal((RunFileSummary.MaxListed + 1, RunFileSummary.MaxListed), (_summary.Alerts.Count, _summary.Alerts.First.Count));
    }

    [Fact]
    public void A_record_whose_content_is_malformed_is_lost_and_the_others_are_not()
    {
        _summary.AddRecord(WrittenRecords.Record(++_num, RecordKind.Run, [0x0A, 9, 1]), 7, 20);
        _summary.AddRecord(WrittenRecords.Record(++_num, RecordKind.History, [0x0A, 9, 1]), 20, 30);
        _summary.AddRecord([0xFF], 30, 38);
        _num++;
        _summary.AddRecord(WrittenRecords.History(++_num, ("a", "1")), 38, 50);
        Assert.Equal([(1, 1), (2, 2), (3, 3)], _summary.Ledger.Lost.Select(lost => (lost.First, lost.Last)));
        Assert.Equal((3, 1), (_summary.Ledger.LostCount, _summary.History.Rows));
        Assert.Equal([(7, 20), (20, 30), (30, 38)], _summary.Damage.First.Select(damage => (damage.From, damage.To)));
        Assert.All(_summary.Damage.First, damage => Assert.Equal(DamageReason.NotProtobuf, damage.Reason));
    }

    private void Add(RecordKind kind, Google.Protobuf.IMessage body) => _summary.AddRecord(WrittenRecords.Record(++_num, kind, body), 0, 0);

    private void Output(RecordKind kind, int type, string text) => Add(kind, new OutputRecord { OutputType = type, Line = text });
}
