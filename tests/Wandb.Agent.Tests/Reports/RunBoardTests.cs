using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Reporting;
using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Commands;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class RunBoardTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Run_is_told_with_its_backlog_and_the_age_of_it()
    {
        var file = _directory.AddFile("run-r1.wandb", new string('x', 1000));
        var board = new RunBoard(new Uri("http://w"), _ => "trainer", _time);
        board.Facts(Facts(file) with { BytesRead = 900, BytesWhole = 900, BytesAcknowledged = 400, RowsRead = 9, RowsAcknowledged = 4, RecordsRead = 20, RecordsAcknowledged = 10 });
        board.Report();
        _time.Advance(TimeSpan.FromSeconds(30));

        var run = Assert.Single(board.Report().Runs);

        Assert.Equal(("r1", "trainer", ReportedRunState.Running), (run.Id, run.Container, run.State));
        Assert.Equal((9, 4, 600, 10), (run.RowsRead, run.RowsAcknowledged, run.BacklogBytes, run.BacklogRecords));
        Assert.InRange(run.LagSeconds, 30, 40);
        Assert.Equal(7, run.LastStep);
        Assert.Equal(["loss"], run.Summary.Keys);
        Assert.Equal("NaN", run.Summary["loss"].GetString());
    }

    /// <summary>The pod that reports only sends it.</summary>
    [Fact]
    public void Run_of_another_pod_is_told_as_one_whose_writer_has_ended()
    {
        var file = _directory.AddFile("offline-run-x/run-r1.wandb", new string('x', 1000));
        var board = new RunBoard(new Uri("http://w"), _ => "", _time) { IsOfAnotherPod = path => path == file };
        board.Facts(Facts(file));
        var sending = board.Report();
        board.Finished(new RunReport { File = file, Result = SyncResult.Unfinished, Message = "the run stays open" }, null);
        var left = board.Report();
        board.Finished(new RunReport { File = file, Result = SyncResult.Synced, ExitCode = 0 }, "digest");
        var closed = board.Report();

        const string words = "offline-run-x was written by an earlier pod: this one only sends it";
        Assert.Equal((ReportedRunState.Finishing, "Unknown", words), (sending.Runs[0].State, sending.Runs[0].ExitReason, sending.Runs[0].Message));
        Assert.Equal((ReportedRunState.Unfinished, "Unknown", $"{words}; the run stays open"), (left.Runs[0].State, left.Runs[0].ExitReason, left.Runs[0].Message));
        Assert.Equal((ReportedRunState.Synced, 0, ""), (closed.Runs[0].State, closed.Runs[0].ExitCode, closed.Runs[0].ExitReason));
    }

    [Fact]
    public void Half_written_record_at_the_end_is_no_backlog()
    {
        var file = _directory.AddFile("run-r1.wandb", new string('x', 1000));
        var board = new RunBoard(new Uri("http://w"), _ => "", _time);

        board.Facts(Facts(file) with { BytesRead = 1000, BytesWhole = 980, BytesAcknowledged = 980 });

        var run = Assert.Single(board.Report().Runs);
        Assert.Equal((980, 0, 0), (run.BytesAcknowledged, run.BacklogBytes, run.LagSeconds));
    }

    [Fact]
    public void Darkness_is_told_of_the_agent_and_its_runs_and_passes()
    {
        var file = _directory.AddFile("run-r1.wandb", "x");
        var board = new RunBoard(new Uri("http://w"), _ => "", _time);
        board.Facts(Facts(file));
        board.Tried(new RequestTry(RequestKind.FileStream, null, "connection refused", TimeSpan.FromSeconds(8)));

        var dark = board.Report();
        board.Tried(new RequestTry(RequestKind.FileStream, 200, "", null));
        var bright = board.Report();

        Assert.Equal((AgentState.Buffering, ReportedRunState.Buffering), (dark.State, dark.Runs[0].State));
        Assert.Equal(("connection refused", dark.SentAt.AddSeconds(8)), (dark.Backend.Reason, dark.Backend.NextTry));
        Assert.Equal((AgentState.Following, ReportedRunState.Running, ""), (bright.State, bright.Runs[0].State, bright.Backend.Reason));
    }

    [Fact]
    public void File_without_a_run_record_is_pending_until_it_has_one_and_forgotten_when_it_goes()
    {
        var (file, other) = (_directory.AddFile("run-r1.wandb", "1234567"), _directory.AddFile("run-r2.wandb", "1234567"));
        var board = new RunBoard(new Uri("http://w"), _ => "trainer", _time);
        board.Found(new RunHead(file, null, null, "no run record"), null, RunFileCount.Nothing);
        board.Found(new RunHead(other, null, null, "no run record"), null, RunFileCount.Nothing);
        Assert.Equal([("r1", ReportedRunState.Pending, 0), ("r2", ReportedRunState.Pending, 0)], board.Report().Runs.Select(run => (run.Id, run.State, run.BacklogBytes)));

        board.Found(new RunHead(file, new RunRecord { DisplayName = "n" }, null, null), new RunPath("e", "p", "r1"), RunFileCount.Nothing);
        File.Delete(other);

        var run = Assert.Single(board.Report().Runs);
        Assert.Equal(("e", "p", "n", ReportedRunState.Running, 7), (run.Entity, run.Project, run.Name, run.State, run.BacklogBytes));
    }

    [Fact]
    public void Run_that_nobody_works_on_yet_has_the_backlog_that_its_checkpoint_leaves()
    {
        var file = _directory.AddFile("run-r1.wandb", new string('x', 1000));
        var board = new RunBoard(new Uri("http://w"), _ => "", _time);
        board.Tried(new RequestTry(RequestKind.GraphQL, null, "connection refused", TimeSpan.FromSeconds(8)));
        board.Found(new RunHead(file, new RunRecord(), null, null), new RunPath("e", "p", "r1"), new RunFileCount(600, 6, 7, 0, null));

        var run = Assert.Single(board.Report().Runs);

        Assert.Equal((ReportedRunState.Buffering, 400), (run.State, run.BacklogBytes));
        board.Facts(Facts(file) with { BytesRead = 700, BytesWhole = 700, BytesAcknowledged = 700 });
        board.Found(new RunHead(file, new RunRecord(), null, null), new RunPath("e", "p", "r1"), RunFileCount.Nothing);
        Assert.Equal(300, board.Report().Runs[0].BacklogBytes);
    }

    [Fact]
    public void Summary_of_the_file_is_told_while_nobody_has_read_further()
    {
        var file = _directory.AddFile("run-r1.wandb", new string('x', 1000));
        var board = new RunBoard(new Uri("http://w"), _ => "", _time);
        board.Found(new RunHead(file, new RunRecord(), null, null), new RunPath("e", "p", "r1"), RunFileCount.Nothing);
        board.Counted(file, new RunFileCount(500, 5, 6, 0, null) { Summary = new Dictionary<string, string> { ["_step"] = "4", ["loss"] = "0.5" } });

        var run = Assert.Single(board.Report().Runs);
        Assert.Equal((4, 0.5), (run.LastStep, Assert.Single(run.Summary).Value.GetDouble()));

        board.Facts(Facts(file) with { RowsRead = 9, BytesRead = 900, Summary = new Dictionary<string, string> { ["_step"] = "8", ["loss"] = "0.1" } });
        run = Assert.Single(board.Report().Runs);
        Assert.Equal((8, 0.1), (run.LastStep, Assert.Single(run.Summary).Value.GetDouble()));
    }

    [Fact]
    public void Key_that_is_missing_is_said_instead_of_the_servers_words()
    {
        var board = new RunBoard(new Uri("http://w"), _ => "", _time) { KeyProblem = () => "the key file is empty" };

        board.Tried(new RequestTry(RequestKind.GraphQL, 401, "user is not logged in", null));

        Assert.Equal((BackendState.Unauthorized, "the key file is empty"), (board.Report().Backend.State, board.Report().Backend.Reason));
    }

    [Fact]
    public void Problem_that_is_over_is_told_no_more()
    {
        var board = new RunBoard(new Uri("http://w"), _ => "", _time);
        board.Problems.Tell("disk", "no room");
        Assert.Equal(["no room"], board.Report().Problems);
        board.Problems.Tell("disk", null);
        Assert.Empty(board.Report().Problems);
    }

    [Fact]
    public void Store_that_cannot_be_reached_is_told_until_a_file_gets_there()
    {
        var board = new RunBoard(new Uri("http://w"), _ => "trainer", _time);
        var refused = new RequestTry(RequestKind.FilePut, null, "connection refused at store:443", TimeSpan.FromSeconds(1));
        board.Tried(refused);
        board.Tried(refused);
        Assert.Empty(board.Report().Problems);

        board.Tried(refused);
        Assert.Equal("files cannot be put into the server's store (connection refused at store:443): rows go on", Assert.Single(board.Report().Problems));

        board.Tried(new RequestTry(RequestKind.FilePut, 200, "", null));
        Assert.Empty(board.Report().Problems);
    }

    [Fact]
    public void Checkpoints_that_cannot_be_written_are_one_problem_until_all_can_be()
    {
        var board = new RunBoard(new Uri("http://w"), _ => "", _time);
        board.Problems.CheckpointSaved("a", "no space left on device");
        board.Problems.CheckpointSaved("b", "no space left on device");
        Assert.StartsWith("checkpoints of 2 run files cannot be written (no space left on device)", Assert.Single(board.Report().Problems), StringComparison.Ordinal);

        board.Problems.CheckpointSaved("c", null);
        board.Problems.CheckpointSaved("a", null);
        Assert.StartsWith("checkpoints of 1 run file cannot be written", Assert.Single(board.Report().Problems), StringComparison.Ordinal);
        board.Problems.CheckpointSaved("b", null);

        Assert.Empty(board.Report().Problems);
    }

    private static RunFacts Facts(string file) => new()
    {
        File = file,
        Run = new RunPath("e", "p", "r1"),
        Phase = "rows",
        RowsRead = 1,
        Summary = new Dictionary<string, string> { ["_step"] = "7", ["loss"] = "NaN" },
    };
}
