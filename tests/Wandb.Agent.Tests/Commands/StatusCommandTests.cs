using System.Text.Json;
using Wandb.Agent.Locks;
using Wandb.Agent.Reports;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Commands;

public sealed class StatusCommandTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Status_is_a_table_with_messages_and_problems()
    {
        Write("runs/.wandb-agent", Report(TimeProvider.System.GetUtcNow()));

        var run = await CommandRun.OfAsync(_directory.Path, "status", "runs");

        Assert.Equal(0, run.Status);
        Assert.Contains("agent   Buffering, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("server  http://w/  Unreachable", run.Output, StringComparison.Ordinal);
        Assert.Contains(": connection refused", run.Output, StringComparison.Ordinal);
        Assert.Contains("problem no room", run.Output, StringComparison.Ordinal);
        Assert.Contains("demo/r1  Buffering     7   4/9   1.5 kB  12 s  137 OOMKilled\n  it was killed\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31, false, true)]
    [InlineData(10, false, false)]
    [InlineData(3600, true, false)]
    public async Task Status_that_is_old_is_said_to_be_stale_unless_it_was_the_last(int age, bool isLast, bool isStale)
    {
        Write("runs/.wandb-agent", Report(TimeProvider.System.GetUtcNow().AddSeconds(-age)) with { IsLast = isLast });

        var run = await CommandRun.OfAsync(_directory.Path, "status", "runs");

        Assert.Equal(isStale, run.Output.Contains("stale", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Variables_of_the_sidecar_say_where_and_json_is_the_report()
    {
        Write(StatusFile.FoldersFor(_directory.At("runs"), _directory.At("state"))[^1], Report(DateTimeOffset.UnixEpoch));

        var run = await CommandRun.WithAsync(
            _directory.Path,
            new() { [AgentEnvironment.Roots] = _directory.At("runs:other"), [AgentEnvironment.StateDirectory] = _directory.At("state") },
            "status", "--output", "json");

        Assert.Equal(0, run.Status);
        Assert.Equal("r1", JsonSerializer.Deserialize(run.Output, ContractJson.Default.AgentReport)!.Runs[0].Id);
    }

    [Fact]
    public async Task No_status_is_told_with_the_places()
    {
        _directory.AddFile("runs/.wandb-agent/status.json", "{");

        var run = await CommandRun.WithAsync(_directory.Path, new() { ["HOME"] = _directory.Path }, "status", "runs");

        Assert.Equal(2, run.Status);
        Assert.Contains("no agent has left a status: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("this is no status of an agent", run.Error, StringComparison.Ordinal);
        Assert.Contains("no such file or directory", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Root_that_may_not_be_written_leaves_the_status_in_the_state_directory()
    {
        // A file stands where the folder would be.
        _directory.AddFile("runs/.wandb-agent", "");
        var file = new StatusFile(StatusFile.FoldersFor(_directory.At("runs"), _directory.At("state")));

        using var locks = new StatusLocks(new LockOwner(1, "host", DateTimeOffset.UnixEpoch));
        Assert.Null(file.Write(Report(DateTimeOffset.UnixEpoch), locks));

        var path = file.Read().Path;
        Assert.StartsWith(_directory.At("state/runs-"), path, StringComparison.Ordinal);
        _directory.AddFile("plain", "");
        Assert.Contains("cannot be written", new StatusFile([_directory.At("plain/x"), _directory.At("plain/y")]).Write(Report(DateTimeOffset.UnixEpoch), locks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roots_that_may_not_be_written_have_a_status_each_which_the_command_finds()
    {
        string[] roots = ["a/runs", "b/runs"];
        foreach (var root in roots)
        {
            _directory.AddFile($"{root}/.wandb-agent", "");
            // Two agents of one user.
            using var locks = new StatusLocks(new LockOwner(1, "host", DateTimeOffset.UnixEpoch));
            var report = Report(DateTimeOffset.UnixEpoch) with { AgentVersion = root };
            Assert.Null(new StatusFile(StatusFile.FoldersFor(_directory.At(root), _directory.At("state/wandb-agent"))).Write(report, locks));
        }
        foreach (var root in roots)
        {
            var run = await CommandRun.WithAsync(
                _directory.Path, new() { ["XDG_STATE_HOME"] = _directory.At("state") }, "status", "--output", "json", $"{root}/");

            Assert.Equal(0, run.Status);
            Assert.Contains($"\"agentVersion\":\"{root}\"", run.Output, StringComparison.Ordinal);
        }
    }

    private void Write(string folder, AgentReport report) =>
        _directory.AddFile(Path.Combine(folder, StatusFile.Name), JsonSerializer.Serialize(report, ContractJson.Default.AgentReport));

    private static AgentReport Report(DateTimeOffset sentAt) => new()
    {
        AgentVersion = "0.1.0",
        SentAt = sentAt,
        State = AgentState.Buffering,
        Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Unreachable, Since = sentAt, Reason = "connection refused" },
        Runs =
        [
            new ReportedRun
            {
                Id = "r1", Project = "demo", File = "f", State = ReportedRunState.Buffering, LastStep = 7, RowsRead = 9, RowsAcknowledged = 4,
                BacklogBytes = 1500, LagSeconds = 12, ExitCode = 137, ExitReason = "OOMKilled", Message = "it was killed",
            },
        ],
        Problems = ["no room"],
    };
}
