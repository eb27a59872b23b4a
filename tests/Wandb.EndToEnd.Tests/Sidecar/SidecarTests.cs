using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary><c>wandb-agent run</c> beside a trainer, with an operator that knows what only Kubernetes knows.</summary>
public sealed class SidecarTests : SidecarTest
{
    private static readonly string CapturedFolder = Path.Combine(AppContext.BaseDirectory, "Captured");

    public static TheoryData<string> Versions() => new(Directory.GetDirectories(CapturedFolder).Select(path => Path.GetFileName(path)));

    [Fact]
    public async Task Killed_trainer_is_closed_with_its_true_end_and_the_operator_is_told()
    {
        await using var operation = new OperatorDouble();
        var file = GrowingFile.In(Folder, "oom");
        file.GrowTo(new RunRecords("oom").Start(run => run.Tags.Add("own")).Rows(0, 5).Summary("_step", "4"));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "30", signal.Token, more: new() { [AgentEnvironment.RunAdditions] = """{"tags":["k8s"],"config":{"ours":1}}""" });
        await UntilRowsAsync("oom", 5, agent);
        operation.Answer = new ReportAnswer { Ended = [Ended(137, "OOMKilled")], Attempt = 1 };

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        var server = Find("oom")!;
        Assert.Equal((true, 137), ((bool)server["complete"]!, (int)server["exitcode"]!));
        Assert.Equal(("OOMKilled", 137), ((string)server["summary"]!["kubernetes/exit_reason"]!, (int)server["summary"]!["kubernetes/exit_code"]!));
        Assert.Equal(["own", "k8s", "oom-killed"], server.Bucket()["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal(("train-0", 1, 1), ((string)server.Config("kubernetes")!["pod"]!, (int)server.Config("kubernetes")!["attempt"]!, (int)server.Config("ours")!));
        var last = operation.Reports[^1];
        var told = Assert.Single(last.Runs);
        Assert.Equal((AgentState.Done, true), (last.State, last.IsLast));
        Assert.Equal((ReportedRunState.Synced, 137, "OOMKilled", 5L, 4L), (told.State, told.ExitCode, told.ExitReason, told.RowsAcknowledged, told.LastStep));
        Assert.NotNull(told.ReceiptDigest);
        // What was added to the run is no difference of it.
        var verified = await Agent.RunAsync(["verify", Folder.Wandb], Stop);
        Assert.True(verified.Status == 0, verified.ToString());
        Assert.Equal("kubernetes", (string)JsonNode.Parse(await File.ReadAllTextAsync(file.Path + ".receipt.json", Stop))!["exitSource"]!);
    }

    /// <summary>Everything that an operator of that version gives its pods, to the letter: variables at the injection, answers to reports.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Operator_of_an_earlier_version_is_understood(string version)
    {
        await using var operation = new OperatorDouble();
        var file = GrowingFile.In(Folder, "skew");
        // Within the life of the container that answer.json tells of.
        var later = new DateTimeOffset(2026, 11, 24, 11, 30, 0, TimeSpan.Zero).ToUnixTimeSeconds() - RunRecords.StartSeconds;
        file.GrowTo(new RunRecords("skew").Start(run => run.DisplayName = "", later).Rows(0, 5).Summary("_step", "4"));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "30", signal.Token, more: new() { [AgentEnvironment.RunAdditions] = Captured(version, "additions.json") });
        await UntilRowsAsync("skew", 5, agent);
        operation.AnswerText = Captured(version, "answer.json");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        var server = Find("skew")!;
        Assert.Equal((true, 137, "OOMKilled"), ((bool)server["complete"]!, (int)server["exitcode"]!, (string)server["summary"]!["kubernetes/exit_reason"]!));
        Assert.Equal(("adam", 1), ((string)server.Config("optimizer")!, (int)server.Config("kubernetes")!["attempt"]!));
        Assert.Contains("nightly", server.Bucket()["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal(("from the cluster", "fold-3-1"), ((string)server.Bucket()["notes"]!, (string)server.Bucket()["displayName"]!));
        Assert.Empty(operation.Reports[^1].Problems);
    }

    [Fact]
    public async Task Last_report_looks_for_the_replica_that_takes_it()
    {
        await using var operation = new OperatorDouble { OneOf = 5 };
        GrowingFile.In(Folder, "told").GrowTo(new RunRecords("told").Start().Rows(0, 5).Exit(0));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "30", signal.Token);
        await UntilRowsAsync("told", 5, agent);

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal((AgentState.Done, ReportedRunState.Synced), (operation.Reports[^1].State, Assert.Single(operation.Reports[^1].Runs).State));
        // The operator is not told that it did not hear: it does now.
        Assert.All(operation.Reports, report => Assert.Empty(report.Problems));
    }

    /// <summary>An API server without native sidecars: the trainer waits for the end of the agent, also where earlier pods have left runs.</summary>
    [Fact]
    public async Task Agent_that_holds_its_pod_up_ends_at_once_and_with_status_0()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { HoldsUpPod = true } };
        GrowingFile.In(Folder, "earlier").GrowTo(new RunRecords("earlier").Start().Rows(0, 5));
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));

        var run = await RunAsync(operation.Url, "300", Stop);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("ends now so that the training begins", run.Error + run.Output, StringComparison.Ordinal);
        // Started once more, it need not ask.
        operation.Answer = new ReportAnswer();
        Assert.Equal(0, (await RunAsync(operation.Url, "300", Stop)).Status);
    }

    [Fact]
    public async Task Half_a_record_of_a_killed_trainer_is_told_and_is_no_loss_of_the_disk()
    {
        await using var operation = new OperatorDouble();
        var file = GrowingFile.In(Folder, "torn");
        var records = new RunRecords("torn").Start().Rows(0, 5);
        file.GrowTo(records);
        file.Append(records.Rows(5, 1).ToFile().AsSpan()[(int)file.Length..^10]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "30", signal.Token);
        await UntilRowsAsync("torn", 5, agent);
        operation.Answer = new ReportAnswer { Ended = [Ended(137, "OOMKilled")], Attempt = 1 };

        await EndAsync(signal, agent);

        var told = Assert.Single(operation.Reports[^1].Runs);
        Assert.Equal((ReportedRunState.Synced, 5L, 5L, 0L), (told.State, told.RowsRead, told.RowsAcknowledged, told.RecordsLost));
        Assert.Contains("bytes that are no whole record", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("5")]
    [InlineData("30")]
    public async Task Signal_ends_within_the_grace_time_and_the_next_agent_goes_on(string grace)
    {
        // An operator that never knows anything, and a way out that is closed.
        await using var operation = new OperatorDouble();
        var file = GrowingFile.In(Folder, "dark");
        var records = new RunRecords("dark").Start().Rows(0, 5);
        file.GrowTo(records);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, grace, signal.Token, scale: grace == "30" ? 20 : 1);
        await UntilRowsAsync("dark", 5, agent);
        // The rows are on the server before the agent has its answer.
        var checkpoint = Path.Combine(Path.GetDirectoryName(file.Path)!, ".wandb-agent", "run-dark.wandb.checkpoint.json");
        await UntilAsync(() => File.Exists(checkpoint), agent, "the agent had the answer");
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        file.GrowTo(records.Rows(5, 5));
        var start = TimeProvider.System.GetTimestamp();

        var stopped = await EndAsync(signal, agent);

        Assert.True(stopped.Status == 2, stopped.ToString());
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 15);
        Assert.True(operation.Reports[^1].IsLast);
        Backend.Faults.GoDark(TimeSpan.Zero);
        file.GrowTo(records.Exit());
        var next = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        Assert.True(next.Status == 0, next.ToString());
        Assert.Equal(10, Find("dark")!.Steps().Count);
    }

    [Fact]
    public async Task Run_of_an_unknown_end_stays_open()
    {
        await using var operation = new OperatorDouble();
        GrowingFile.In(Folder, "open").GrowTo(new RunRecords("open").Start().Rows(0, 5));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "2", signal.Token);
        await UntilRowsAsync("open", 5, agent);

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.False((bool)Find("open")!["complete"]!);
        Assert.Equal(ReportedRunState.Unfinished, operation.Reports[^1].Runs[0].State);
    }

    [Fact]
    public async Task Run_without_a_name_gets_the_one_of_the_template_with_attempt_and_node()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Attempt = 2 } };
        Folder.Place(new RunRecords("nameless").Start(run => run.DisplayName = "").Rows(0, 3).Exit());
        Folder.Place(new RunRecords("named").Start().Rows(0, 3).Exit());
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: new()
        {
            [AgentEnvironment.RunAdditions] = """{"name":"bert-{attempt}/{node}"}""",
            [AgentEnvironment.NodeName] = "n1",
        });
        await UntilAsync(() => (string?)Find("nameless")?.Bucket()["displayName"] == "bert-2/n1", agent, "the run had its name");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("name of named", (string)Find("named")!.Bucket()["displayName"]!);
        Assert.Equal("bert-2/n1", operation.Reports[^1].Runs.Single(told => told.Id == "nameless").Name);
    }

    [Fact]
    public async Task Run_that_appears_with_the_signal_is_sent_all_the_same()
    {
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await signal.CancelAsync();
        Folder.Place(new RunRecords("late").Start().Rows(0, 3).Exit());

        var run = await RunAsync(operation: null, "20", signal.Token);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("its turn had not come when the end was asked for: it is sent now", run.ToString(), StringComparison.Ordinal);
        Assert.Equal((3, true), (Find("late")!.Steps().Count, (bool)Find("late")!["complete"]!));
    }

    /// <summary>A trainer with umask 077 under another user: on storage that goes with the pod its runs are lost, and somebody must hear of it.</summary>
    [Theory]
    [InlineData("Live")]
    [InlineData("AtExit")]
    public async Task Run_directory_that_cannot_be_read_is_told_and_the_end_is_no_success(string policy)
    {
        var closed = Path.GetDirectoryName(Folder.Place(new RunRecords("closed").Start().Rows(0, 3).Exit()))!;
        var exit = Path.Combine(Folder.Root, "exit.json");
        var agent = Agent with
        {
            Listing = path =>
            {
                if (path == closed)
                    throw new UnauthorizedAccessException();
            },
        };
        var work = agent.RunAsync(["run", "--output", "json", "--sync-policy", policy, "--writer-exit", exit, Folder.Wandb], Stop);
        await UntilAsync(() => Status()?["problems"]!.AsArray().Count > 0, work, "the directory was a problem");
        await File.WriteAllTextAsync(exit, "0", Stop);

        var run = await work;

        Assert.True(run.Status == 2, run.ToString());
        var problem = $"runs in directories that cannot be read are not seen: {closed} (permission denied)";
        Assert.Equal(problem, (string)Status()!["problems"]!.AsArray().Single()!);
        Assert.NotEqual("Done", (string)Status()!["state"]!);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        Assert.Null(Find("closed"));
    }

    [Fact]
    public async Task Key_that_comes_late_and_an_operator_that_is_away_lose_nothing()
    {
        File.Delete(KeyFile);
        GrowingFile.In(Folder, "late").GrowTo(new RunRecords("late").Start().Rows(0, 3).Exit());
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // The file is looked for again and again, however long the next try is off.
        var agent = RunAsync(new Uri("http://127.0.0.1:1/v1/reports"), "5", signal.Token, withKey: false, retryDelay: TimeSpan.FromMinutes(10));
        await UntilAsync(() => Status() is { } status && (string)status["backend"]!["state"]! == "Unauthorized", agent, "the missing key was told");
        Assert.Contains("cannot be read: no such file or directory", (string)Status()!["backend"]!["reason"]!, StringComparison.Ordinal);
        await File.WriteAllTextAsync(KeyFile, Backend.ApiKey, Stop);
        await UntilAsync(() => Find("late") is { } run && (bool)run["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("does not take reports", (string)Status()!["problems"]!.AsArray().Single()!, StringComparison.Ordinal);
        Assert.Equal("Synced", (string)Status()!["runs"]!.AsArray().Single()!["state"]!);
    }

    [Fact]
    public async Task Key_that_was_wrong_is_replaced_and_the_run_goes_on()
    {
        await File.WriteAllTextAsync(KeyFile, "0123456789abcdef0123456789abcdef01234567", Stop);
        GrowingFile.In(Folder, "rotated").GrowTo(new RunRecords("rotated").Start().Rows(0, 3).Exit());
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation: null, "5", signal.Token, withKey: false, retryDelay: TimeSpan.FromMinutes(10));
        await UntilAsync(() => Status() is { } status && (string)status["backend"]!["state"]! == "Unauthorized", agent, "the wrong key was told");

        await File.WriteAllTextAsync(KeyFile, Backend.ApiKey, Stop);

        await UntilAsync(() => Find("rotated") is { } run && (bool)run["complete"]!, agent, "the run was closed");
        Assert.Equal(0, (await EndAsync(signal, agent)).Status);
    }

    [Fact]
    public async Task Run_of_the_sdk_itself_is_only_looked_at()
    {
        await using var operation = new OperatorDouble();
        var directory = Directory.CreateDirectory(Path.Combine(Folder.Wandb, "run-20260921_120000-online"));
        await File.WriteAllBytesAsync(Path.Combine(directory.FullName, "run-online.wandb"), new RunRecords("online").Start().Rows(0, 3).ToFile(), Stop);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: new() { [AgentEnvironment.Mode] = "online" });
        await UntilAsync(() => operation.Reports.Any(report => report.Runs.Count > 0), agent, "the run was reported");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(("online", ReportedRunState.Observed), (operation.Reports[^1].Runs[0].Id, operation.Reports[^1].Runs[0].State));
        Assert.Equal((3L, null), (operation.Reports[^1].Runs[0].RowsRead, operation.Reports[^1].Runs[0].ExitCode));
        Assert.Empty(Backend.Trace);
    }

    /// <summary>Nobody has it but its file: an operator must not take it for the SDK's business, and its end is kept for whoever sends it.</summary>
    [Theory]
    [InlineData("Manual", "offline", "sync policy Manual")]
    [InlineData("Live", "online", "begun offline")]
    public async Task Run_that_nobody_sends_waits_with_all_its_rows_and_is_no_success(string policy, string mode, string why)
    {
        await using var operation = new OperatorDouble();
        GrowingFile.In(Folder, "waits").GrowTo(new RunRecords("waits").Start().Rows(0, 60).Summary("_step", "59"));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token, more: new() { [AgentEnvironment.SyncPolicy] = policy, [AgentEnvironment.Mode] = mode });
        await UntilAsync(() => operation.Reports.Any(report => report.Runs.Any(told => told.RowsRead == 60)), agent, "the rows were counted");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 2, run.ToString());
        var told = Assert.Single(operation.Reports[^1].Runs);
        Assert.Equal((ReportedRunState.Buffering, 60L, 0L, 59L), (told.State, told.RowsRead, told.RowsAcknowledged, told.LastStep));
        Assert.Contains(why, told.Message, StringComparison.Ordinal);
        Assert.Equal(BackendState.Unknown, operation.Reports[^1].Backend.State);
        Assert.Empty(Backend.Trace);
    }

    private static string Captured(string version, string document) => File.ReadAllText(Path.Combine(CapturedFolder, version, document));
}
