using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Inspection;
using Wandb.Agent.Tests.Uploads;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class ReadingAlongTests : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly byte[] Run = WrittenRecords.Record(1, RecordKind.Run, new RunRecord { RunId = "r1" });

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly RunBoard board;
    private readonly string path;

    public ReadingAlongTests()
    {
        board = new RunBoard(new Uri("http://w"), _ => "", time);
        path = folder.Write("run-r1.wandb", WrittenRecords.File(Run, Row(2), Row(3)));
        board.Found(new RunHead(path, new RunRecord(), null, null), new RunPath("e", "p", "r1"), new RunFileCount(0, 1, 1, 0, null));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_that_wait_for_a_dark_server_are_counted_and_again_when_everything_is_done()
    {
        board.Tried(new RequestTry(RequestKind.GraphQL, null, "connection refused", TimeSpan.FromSeconds(8)));
        using var done = new CancellationTokenSource();
        var along = new ReadingAlong(board, ["_step"], Poll, time).RunAsync(done.Token);
        await UntilAsync(() => board.Report().Runs[0].RowsRead == 3);

        folder.Write("run-r1.wandb", WrittenRecords.File(Run, Row(2), Row(3), Row(4), WrittenRecords.Record(5, RecordKind.Exit, new RunExitRecord { ExitCode = 3 })));
        board.Finished(new RunReport { File = path, Result = SyncResult.Incomplete, IsWorthAnotherTry = true, Run = new RunPath("e", "p", "r1") }, null);
        await done.CancelAsync();
        await along;

        var run = Assert.Single(board.Report().Runs);
        Assert.Equal((ReportedRunState.Buffering, 4, 1, 3), (run.State, run.RowsRead, run.RowsAcknowledged, run.ExitCode));
    }

    [Fact]
    public async Task Nothing_is_read_of_a_run_that_a_near_server_has()
    {
        board.Tried(new RequestTry(RequestKind.GraphQL, 200, "", null));
        board.Finished(new RunReport { File = path, Result = SyncResult.Synced, HistoryLines = 9, Run = new RunPath("e", "p", "r1") }, null);
        using var done = new CancellationTokenSource();
        var along = new ReadingAlong(board, ["_step"], Poll, time).RunAsync(done.Token);
        await done.CancelAsync();

        await along;

        Assert.Equal(9, board.Report().Runs[0].RowsRead);
    }

    private static byte[] Row(long num) => WrittenRecords.History(num, ("loss", "1"));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
    }
}
