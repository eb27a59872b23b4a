using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Inspection;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class RunFileCounterTests : IDisposable
{
    private static readonly byte[] Run = WrittenRecords.Record(1, RecordKind.Run, new RunRecord { RunId = "r1" });
    private static readonly byte[] Exit7 = WrittenRecords.Record(5, RecordKind.Exit, new RunExitRecord { ExitCode = 7 });

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Growing_file_is_counted_look_by_look()
    {
        var counter = Counter(Run, Row(2), Row(3));
        Assert.True(counter.Look(TestContext.Current.CancellationToken));
        Assert.Equal((2, 3, 0, null), Of(counter.Count));
        Assert.Equal("r1", counter.Run?.RunId);
        Assert.False(counter.Look(TestContext.Current.CancellationToken));

        Write(Run, Row(2), Row(3), Row(4), Exit7);

        Assert.True(counter.Look(TestContext.Current.CancellationToken));
        Assert.Equal((3, 5, 0, 7), Of(counter.Count));
    }

    [Fact]
    public void Half_a_record_is_waited_for()
    {
        var whole = WrittenRecords.File(Run, Row(2), Row(3));
        var path = folder.Write("run.wandb", whole[..^3]);
        var counter = new RunFileCounter(path, RunFileCount.Nothing, []);
        counter.Look(TestContext.Current.CancellationToken);
        Assert.Equal((1, 2, 0, null), Of(counter.Count));

        folder.Write("run.wandb", whole);

        counter.Look(TestContext.Current.CancellationToken);
        Assert.Equal((2, 3, 0, null), Of(counter.Count));
        Assert.Equal(whole.Length, counter.Count.Bytes);
    }

    [Fact]
    public void Counting_goes_on_where_another_reader_stopped()
    {
        var path = folder.Write("run.wandb", WrittenRecords.File(Run, Row(2), Row(3), Row(6), Row(7)));
        var begin = new RunFileCount(WrittenRecords.File(Run, Row(2)).Length, Rows: 1, Records: 2, RecordsLost: 4, null);
        var counter = new RunFileCounter(path, begin, []);

        counter.Look(TestContext.Current.CancellationToken);

        Assert.Equal((4, 5, 4 + 2, null), Of(counter.Count));
    }

    [Fact]
    public void File_that_was_cut_is_counted_anew()
    {
        var counter = Counter(Run, Row(2), Row(3), Row(4), Exit7);
        counter.Look(TestContext.Current.CancellationToken);

        Write(Run, Row(2));

        Assert.True(counter.Look(TestContext.Current.CancellationToken));
        Assert.Equal((1, 2, 0, null), Of(counter.Count));
    }

    [Fact]
    public void File_that_is_not_there_or_has_no_header_yet_counts_as_nothing()
    {
        var counter = new RunFileCounter(Path.Combine(folder.Path, "run.wandb"), RunFileCount.Nothing, []);
        Assert.False(counter.Look(TestContext.Current.CancellationToken));

        folder.Write("run.wandb", ":W&B"u8.ToArray());

        Assert.False(counter.Look(TestContext.Current.CancellationToken));
        Assert.Equal(RunFileCount.Nothing, counter.Count);
    }

    [Fact]
    public void Values_of_the_summary_that_were_asked_for_are_those_that_were_set_last()
    {
        var counter = Counter(Run, Summary(2, ("loss", "2"), ("_step", "0"), ("other", "1")));
        counter.Look(TestContext.Current.CancellationToken);
        Assert.Equal([("_step", "0"), ("loss", "2")], Values(counter));

        Write(Run, Summary(2, ("loss", "2"), ("_step", "0"), ("other", "1")), Row(3), Summary(4, ("loss", "NaN")));
        counter.Look(TestContext.Current.CancellationToken);

        Assert.Equal([("_step", "0"), ("loss", "NaN")], Values(counter));
    }

    private static IEnumerable<(string, string)> Values(RunFileCounter counter) =>
        counter.Count.Summary.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => (value.Key, value.Value));

    private static byte[] Summary(long num, params (string Key, string Value)[] items)
    {
        var summary = new SummaryRecord();
        foreach (var (key, value) in items)
            summary.Update.Add(new Item { NestedKey = { key }, ValueJson = value });
        return WrittenRecords.Record(num, RecordKind.Summary, summary);
    }

    private static byte[] Row(long num) => WrittenRecords.History(num, ("loss", "1"));

    private static (long Rows, long Records, long Lost, int? Exit) Of(RunFileCount count) => (count.Rows, count.Records, count.RecordsLost, count.ExitCode);

    private RunFileCounter Counter(params byte[][] records) => new(Write(records), RunFileCount.Nothing, ["_step", "loss"]);

    private string Write(params byte[][] records) => folder.Write("run.wandb", WrittenRecords.File(records));
}
