using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.Telemetry;
using Xunit;

namespace Wandb.Agent.Tests.Telemetry;

public sealed class RecordTallyTests
{
    private readonly RecordTally _tally = new();

    [Fact]
    public void What_an_earlier_process_did_does_not_count()
    {
        var begin = new WorkBegin(Records: 100, Lost: 2, SetAside: 1, Bytes: 5000);

        Assert.Equal(new RecordCounts(20, 10, 1, 0), _tally.Take(Facts(120, 110, 3, 1, begin)));
        Assert.Equal(new RecordCounts(0, 10, 0, 0), _tally.Take(Facts(120, 120, 3, 1, begin)));
    }

    [Fact]
    public void Work_that_begins_again_counts_what_it_reads_again_but_no_loss_twice()
    {
        _tally.Take(Facts(120, 50, 3, 2, default));

        Assert.Equal(new RecordCounts(10, 5, 0, 0), _tally.Take(Facts(50, 45, 0, 0, new WorkBegin(40, 0, 0, 1000))));
        Assert.Equal(new RecordCounts(80, 85, 1, 0), _tally.Take(Facts(130, 130, 4, 2, new WorkBegin(40, 0, 0, 1000))));
    }

    [Theory]
    [InlineData(nameof(SyncResult.Synced), 5, 10, 1)]
    [InlineData(nameof(SyncResult.Unfinished), 5, 10, 1)]
    [InlineData(nameof(SyncResult.Incomplete), 0, 0, 1)]
    public void Last_word_counts_the_rest(string result, int read, int acknowledged, int lost)
    {
        _tally.Take(Facts(95, 90, 0, 0, default));

        Assert.Equal(
            new RecordCounts(read, acknowledged, lost, 0),
            _tally.Take(new RunReport { File = "run-a.wandb", Result = Enum.Parse<SyncResult>(result), Records = 100, LostRecords = 1 }));
    }

    private static RunFacts Facts(long read, long acknowledged, long lost, int setAside, WorkBegin begin) => new()
    {
        File = "run-a.wandb",
        Run = new RunPath("e", "p", "a"),
        Phase = "rows",
        Begin = begin,
        RecordsRead = read,
        RecordsAcknowledged = acknowledged,
        RecordsLost = lost,
        SetAside = setAside,
    };
}
