using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Http;
using Wandb.Agent.Verification;
using Wandb.Sandbox.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Verification;

public sealed class RunVerifierTests
{
    [Fact]
    public async Task Rows_that_the_server_lacks_are_counted()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        await backend.SyncAsync(new OfflineRun { Rows = 3 });
        var grown = backend.Write(new OfflineRun { Rows = 5 });
        Assert.Equal((2, "missing: the server has 3 of 5 rows (last step 2 of 4)"), await backend.FindingAsync("history", grown));
    }

    [Fact]
    public async Task Rows_that_the_file_lacks_differ()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        await backend.PostAsync("wandb-history.jsonl", 5, """{"_step":5}""");
        Assert.Equal((2, "differs: the server has 6 rows, the file 5, and its last one is none of the file's"), await backend.FindingAsync("history", directory));
    }

    [Fact]
    public async Task Rows_that_stand_there_twice_are_suspected()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun { Rows = 1 });
        await backend.PostAsync("wandb-history.jsonl", 1, """{"_step":0,"loss":1.0}""");
        Assert.Equal((2, "differs: the server has 2 rows, the file 1, and both end alike: they may stand there twice, or behind those of a part that was not given"), await backend.FindingAsync("history", directory));
    }

    [Fact]
    public async Task A_last_row_that_changed_differs_and_one_that_is_only_written_otherwise_does_not()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        await backend.PostAsync("wandb-history.jsonl", 4, """{ "_step": 4, "loss": 2.0e-1 }""");
        Assert.Equal((0, "same: 5 rows, last step 4"), await backend.FindingAsync("history", directory));
        await backend.PostAsync("wandb-history.jsonl", 4, """{"_step":4,"loss":0.3}""");
        Assert.Equal(
            (2, "differs: 5 rows on both sides, but the last one differs (last step 4 in the file, 4 on the server)"), await backend.FindingAsync("history", directory));
    }

    [Fact]
    public async Task Console_lines_are_compared_by_their_number()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        await backend.SyncAsync(new OfflineRun { ConsoleLines = 2 });
        var grown = backend.Write(new OfflineRun { ConsoleLines = 4 });
        Assert.Equal((2, "missing: the server has 2 of 4 lines"), await backend.FindingAsync("console", grown));
    }

    [Fact]
    public async Task A_run_that_is_still_open_there_differs_from_an_exit_record()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var open = await backend.SyncAsync(new OfflineRun { ExitCode = null });
        Assert.Equal((0, "not checked: the file does not tell how the run ended; the server says running"), await backend.FindingAsync("state", open));
        var ended = backend.Write(new OfflineRun { ExitCode = 0 });
        Assert.Equal((2, "differs: exit code 0 in the file, but running on the server"), await backend.FindingAsync("state", ended));
    }

    [Fact]
    public async Task A_file_that_the_server_lacks_is_missing()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        await backend.SyncAsync(new OfflineRun());
        var more = backend.Write(new OfflineRun { Files = new Dictionary<string, string> { ["notes.txt"] = "as it was", ["more.txt"] = "more" } });
        Assert.Equal((2, "missing: not on the server; here it has 4 bytes"), await backend.FindingAsync("file more.txt", more));
    }

    [Theory]
    [InlineData("notes.txt", "other content on the server: 5 bytes, MD5 ")]
    [InlineData("config.yaml", "other content on the server: 5 bytes, MD5 ")]
    public async Task A_file_with_other_content_differs(string name, string text)
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        await backend.PutAsync(name, "other");
        var (status, finding) = await backend.FindingAsync($"file {name}", directory);
        Assert.Equal(2, status);
        Assert.StartsWith($"differs: {text}", finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_file_that_changed_after_the_sync_is_the_same_on_the_server()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        var notes = Path.Combine(directory, "files", "notes.txt");
        await File.WriteAllTextAsync(notes, "changed", TestContext.Current.CancellationToken);
        Assert.Equal(
            (0, "same: on the server as it was sent (9 bytes); the local file has changed since (7 bytes)"), await backend.FindingAsync("file notes.txt", directory));
        Assert.Contains("            same: file notes.txt: on the server as it was sent", (await backend.VerifyAsync(directory)).Output, StringComparison.Ordinal);
        File.Delete(notes);
        Assert.Equal((0, "same: on the server as it was sent (9 bytes); the local file is gone"), await backend.FindingAsync("file notes.txt", directory));
    }

    [Fact]
    public async Task An_artifact_that_was_never_committed_is_missing()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        backend.Refuse("CommitArtifact");
        var directory = backend.Write(new OfflineRun { Artifact = "weights" });
        Assert.Equal(2, (await backend.RunAsync("sync", directory)).Status);
        Assert.Equal(
            (2, "missing: begun on the server, but PENDING instead of COMMITTED: its content is not complete"), await backend.FindingAsync("artifact model/my-model", directory));
    }

    [Theory]
    [InlineData("ClientIDMapping", "same: committed, digest 910bdd224e2a958c81f8eef45d8ba323")]
    [InlineData("Artifact", "not checked: the server cannot tell: Cannot query this")]
    public async Task A_server_that_cannot_find_artifacts_leaves_them_to_the_receipt_or_unchecked(string operation, string finding)
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun { Artifact = "weights" });
        backend.Refuse(operation);
        Assert.Equal((0, finding), await backend.FindingAsync("artifact model/my-model", directory));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Two_parts_of_a_resumed_run_are_one_run(bool hasReceipts, bool inOneSync)
    {
        await using var backend = await VerifiedBackend.StartAsync();
        await SyncPairAsync(backend, hasReceipts, inOneSync);
        var (status, report) = await backend.ReportAsync(backend.Wandb);
        Assert.Equal((0, 8, 7), (status, report.GetProperty("historyLines").GetInt32(), report.GetProperty("lastStep").GetInt32()));
        Assert.Equal(2, report.GetProperty("runFiles").GetArrayLength());
        Assert.Equal((0, "same: 8 rows, last step 7"), await backend.FindingAsync("history", backend.Wandb));
        Assert.Equal((0, "same: 2 events"), await backend.FindingAsync("events", backend.Wandb));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_later_part_of_a_resumed_run_stands_behind_the_earlier_one(bool hasReceipts)
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var (_, second) = await SyncPairAsync(backend, hasReceipts);
        Assert.Equal((0, "same: 3 rows, last step 7, behind 5 of an earlier part"), await backend.FindingAsync("history", second));
    }

    [Fact]
    public async Task The_earlier_part_alone_is_proved_by_its_receipt_but_not_compared()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var (first, _) = await SyncPairAsync(backend, hasReceipts: true);
        var (status, finding) = await backend.FindingAsync("history", first);
        Assert.Equal(0, status);
        Assert.StartsWith("not checked: the server has 8 rows, the file 5, acknowledged as numbers 0 to 4; ", finding, StringComparison.Ordinal);
        backend.RemoveReceipts();
        Assert.Equal(
            (2, "differs: the server has 8 rows, the file 5: another part of the run wrote to it, verify all directories of the run together"),
            await backend.FindingAsync("history", first));
    }

    [Fact]
    public async Task A_run_file_that_goes_away_is_unusable()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var directory = await backend.SyncAsync(new OfflineRun());
        var head = RunHead.Read(Path.Combine(directory, "run-abc.wandb"));
        File.Delete(head.Path);
        using var http = new WandbHttp(new WandbServer(backend.Backend.Url, new ApiKey(backend.ApiKey)), TestHttp.Fast, TimeProvider.System, new RecordedWaits());
        var report = await new RunVerifier(new ServerInquiry(new GraphQLClient(http)), http.Server)
            .VerifyAsync(new RunPath("sandbox", "demo", "abc"), [(head, null)], TestContext.Current.CancellationToken);
        Assert.Equal((VerificationResult.Unusable, "cannot be read: no such file or directory"), (report.Result, report.Message));
    }

    [Fact]
    public async Task Runs_of_the_real_SDK_are_the_same_after_a_sync()
    {
        await using var backend = await VerifiedBackend.StartAsync();
        var folders = SampleRuns.Open().CopyTo(backend.Wandb);
        await backend.RunAsync(["sync", .. folders]);
        var run = await backend.VerifyAsync([.. folders]);
        Assert.DoesNotContain("differs", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", run.Output, StringComparison.Ordinal);
        Assert.Equal(9, run.Output.Split('\n').Count(line => line.StartsWith("verified ", StringComparison.Ordinal)));
    }

    private static async Task<(string First, string Second)> SyncPairAsync(VerifiedBackend backend, bool hasReceipts, bool inOneSync = false)
    {
        var first = backend.Write(new OfflineRun { Hour = 12, Rows = 5, Writer = new string('a', 32) });
        var second = backend.Write(new OfflineRun { Hour = 13, FirstStep = 5, Rows = 3, Writer = new string('b', 32) });
        string[][] syncs = inOneSync ? [[first, second]] : [[first], [second]];
        foreach (var paths in syncs)
        {
            var sync = await backend.RunAsync(["sync", .. paths]);
            Assert.True(sync.Status == 0, sync.Output + sync.Error);
        }
        if (!hasReceipts)
            backend.RemoveReceipts();
        return (first, second);
    }
}
