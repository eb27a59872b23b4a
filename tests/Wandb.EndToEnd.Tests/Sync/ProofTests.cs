using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Nothing is called synced without proof.</summary>
public sealed class ProofTests : SyncTest
{
    private static readonly FaultAction Refused = new FaultAction.Status(400, Body: """{"error":"not wanted"}""");

    [Fact]
    public async Task Nothing_is_called_synced_without_proof_when_a_file_is_refused()
    {
        var file = PlaceWithEverything();
        Backend.Faults.Set([new FaultRule("put", Refused) { Count = 1 }]);

        AssertUnproved(await SyncAsync(), file, "not wanted");
    }

    [Fact]
    public async Task Nothing_is_called_synced_without_proof_when_the_file_list_is_refused()
    {
        var file = PlaceWithEverything();
        Backend.Faults.Set([new FaultRule("graphql:CreateRunFiles", Refused) { Count = null }]);

        AssertUnproved(await SyncAsync(), file, "not wanted");
    }

    [Fact]
    public async Task Nothing_is_called_synced_without_proof_when_an_artifact_is_refused()
    {
        var file = PlaceWithEverything();
        Backend.Faults.Set([new FaultRule("graphql:CommitArtifact", Refused) { Count = null }]);

        AssertUnproved(await SyncAsync(), file, "not wanted");
    }

    [Fact]
    public async Task Nothing_is_called_synced_without_proof_when_an_artifacts_content_is_gone()
    {
        var file = PlaceWithEverything();
        Directory.Delete(Path.Combine(Folder.Root, "staging"), recursive: true);

        AssertUnproved(await SyncAsync(), file, "data.txt");
    }

    [Fact]
    public async Task Nothing_is_called_synced_without_proof_when_a_file_is_gone()
    {
        var file = PlaceWithEverything();
        File.Delete(Path.Combine(Path.GetDirectoryName(file)!, "files", "notes.txt"));

        AssertUnproved(await SyncAsync(), file, "notes.txt");
    }

    [Fact]
    public async Task A_run_whose_directory_takes_no_receipt_is_proved_by_the_one_in_the_state_directory()
    {
        var file = PlaceWithEverything();
        // A folder in the place of the receipt: that stops root as well, whom permissions do not.
        Directory.CreateDirectory(file + ".receipt.json");
        Assert.Equal(0, (await SyncAsync()).Status);
        Assert.False(File.Exists(file + ".synced"));

        var again = await SyncAsync();

        Assert.Equal((0, "skipped"), (again.Status, again.Result));
        // Another file at the same place, as long as the first, is none that was proved.
        var bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Stop);
        Assert.NotEqual("skipped", (await SyncAsync()).Result);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(410)]
    public async Task Nothing_is_called_synced_without_proof_when_the_stream_is_refused(int status)
    {
        var file = PlaceWithEverything();
        var refused = new FaultAction.Status(status, Body: """{"error":"not wanted"}""");
        Backend.Faults.Set([new FaultRule("filestream", refused) { Skip = 1, Count = null }]);

        AssertUnproved(await SyncAsync(), file, status == 401 ? "401" : "not wanted");
    }

    [Fact]
    public async Task Allowed_missing_files_stand_in_the_receipt()
    {
        var file = PlaceWithEverything();
        File.Delete(Path.Combine(Path.GetDirectoryName(file)!, "files", "notes.txt"));

        var run = await SyncAsync(Folder.Wandb, "--allow-missing");

        Assert.Equal(0, run.Status);
        Assert.Equal("notes.txt", (string)Receipt(file)["missingFiles"]!.AsArray().Single()!);
    }

    [Fact]
    public async Task Receipt_holds_what_the_server_acknowledged()
    {
        var file = PlaceWithEverything();

        var run = await SyncAsync();

        Assert.Equal((0, "synced"), (run.Status, run.Result));
        Assert.True(File.Exists(file + ".synced"));
        var receipt = Receipt(file);
        Assert.Equal("synced", (string)receipt["state"]!);
        Assert.Equal(20, (int)receipt["streams"]!["wandb-history.jsonl"]!["lines"]!);
        Assert.Equal(2, (int)receipt["streams"]!["wandb-events.jsonl"]!["lines"]!);
        Assert.Equal(1, (int)receipt["streams"]!["output.log"]!["lines"]!);
        Assert.Equal(20, (int)receipt["records"]!["byKind"]!["history"]!);
        Assert.Equal(new FileInfo(file).Length, (long)receipt["runFile"]!["lengthBytes"]!);
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file, Stop))),
            (string)receipt["runFile"]!["sha256"]!);
        Assert.Contains("notes.txt", receipt["files"]!.AsArray().Select(entry => (string)entry!["name"]!));
        Assert.Equal("committed", (string)receipt["artifacts"]!.AsArray().Single()!["answer"]!);
        Assert.Equal((0, "record"), ((int)receipt["exitCode"]!, (string)receipt["exitSource"]!));
    }

    [Fact]
    public async Task What_was_refused_once_is_synced_by_the_next_command()
    {
        var wanted = await WantedAsync();
        var file = PlaceWithEverything();
        Backend.Faults.Set([new FaultRule("graphql:CreateRunFiles", Refused), new FaultRule("graphql:CommitArtifact", Refused)]);
        Assert.Equal(2, (await SyncAsync()).Status);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.True(File.Exists(file + ".synced"));
        ServerState.AssertSame(wanted, Backend, "after the second command");
    }

    private async Task<JsonObject> WantedAsync()
    {
        PlaceWithEverything();
        return await StateAfterOneSyncAsync(Folder, Options);
    }

    private string PlaceWithEverything()
    {
        var file = Folder.Place(new RunRecords("proof").Start()
            .Rows(0, 20, padding: 200).Event(1).Event(2).Console("hello\n").File("notes.txt")
            .Artifact(Folder.Artifact("data", "content")).Summary("best", "1").Exit());
        TrainerFolder.PlaceFile(file, "notes.txt", "notes");
        return file;
    }

    private static void AssertUnproved(AgentRun run, string file, string reason)
    {
        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains(reason, run.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".synced"));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.receipt.json", SearchOption.AllDirectories));
    }

    private static JsonObject Receipt(string file) => JsonNode.Parse(File.ReadAllText(file + ".receipt.json"))!.AsObject();
}
