using System.Text;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.BadInput;

/// <summary>Keys and places that the server does not let us use: which it is, for which entity and project, what to do, and no retry storm.</summary>
public sealed class AccessTests : SyncTest
{
    private const string WrongKey = "0123456789abcdef0123456789abcdef01234567";

    private protected override LocalBackendOptions Options => new()
    {
        KnownEntities = new HashSet<string> { "sandbox", "team", "closed" },
        KnownProjects = new HashSet<string> { "sandbox/demo", "team/demo", "closed/demo" },
        ForbiddenEntities = new HashSet<string> { "closed" },
    };

    [Fact]
    public async Task A_missing_key_is_told_before_anything_is_sent()
    {
        Place("run");

        var run = await (Agent with { ApiKey = null }).SyncAsync(Stop, Folder.Wandb);

        Assert.Equal(2, run.Status);
        Assert.Contains("no API key for 127.0.0.1", run.Error, StringComparison.Ordinal);
        Assert.Contains("WANDB_API_KEY", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.Empty(Backend.Trace);
    }

    [Fact]
    public async Task A_wrong_key_is_told_for_every_run_and_not_tried_again()
    {
        Place("a");
        Place("b");

        var run = await (Agent with { ApiKey = WrongKey }).SyncAsync(Stop, Folder.Wandb);

        Assert.Equal(2, run.Status);
        Assert.Equal(2, run.Reports.Count);
        const string words = "the API key is wrong for 127.0.0.1 (HTTP 401)";
        Assert.All(run.Reports, report => Assert.Contains(words, (string)report["message"]!, StringComparison.Ordinal));
        Assert.Empty(Backend.Runs());
        Assert.InRange(Backend.Trace.Count, 1, 3);
    }

    [Theory]
    [InlineData("closed", "demo", "403", "entity closed, project demo")]
    [InlineData("nobody", "demo", "404", "entity nobody, project demo")]
    [InlineData("team", "nothing", "404", "entity team, project nothing")]
    public async Task A_place_that_is_closed_or_unknown_is_named_and_the_others_go_on(string entity, string project, string status, string place)
    {
        Place("bad", entity, project);
        Place("good", "team");

        var run = await SyncAsync();

        Assert.Equal(2, run.Status);
        var message = (string)run.Reports.Single(report => (string)report["run"]! == "bad")["message"]!;
        Assert.Contains(status, message, StringComparison.Ordinal);
        Assert.Contains(place, message, StringComparison.Ordinal);
        Assert.Contains("--entity", message, StringComparison.Ordinal);
        Assert.Equal([0, 1], Backend.Run("good").Steps());
        Assert.InRange(Backend.Trace.Count(request => request.Status >= 400), 1, 2);
    }

    [Fact]
    public async Task The_key_never_appears_anywhere()
    {
        // The answers of the server repeat the key, as those of a proxy might.
        Place("good");
        Place("bad", "nobody");
        Backend.Faults.Set(
        [
            new FaultRule("filestream", new FaultAction.Status(503, Body: $$"""{"error":"key {{Backend.ApiKey}} is tired"}""")) { Count = 2 },
            new FaultRule("put", new FaultAction.Status(400, Body: $"key {Backend.ApiKey} is not wanted")) { Count = 1 },
            new FaultRule("graphql:CommitArtifact", new FaultAction.GraphQLError($"key {Backend.ApiKey} is not wanted")) { Count = 1 },
        ]);

        var json = await SyncAsync();
        var text = await Agent.RunAsync(["sync", Folder.Wandb], Stop);
        var wrong = await (Agent with { ApiKey = WrongKey }).SyncAsync(Stop, Folder.Wandb, "--include-synced");

        Assert.Equal((2, 2, 2), (json.Status, text.Status, wrong.Status));
        Assert.Contains("is not wanted", (string)json.Reports.Single(report => (string)report["run"]! == "good")["message"]!, StringComparison.Ordinal);
        string[] secrets = [Backend.ApiKey, WrongKey, Basic(Backend.ApiKey), Basic(WrongKey)];
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (var secret in secrets)
        {
            Assert.All([json, text, wrong], run => Assert.DoesNotContain(secret, run.Output + run.Error, StringComparison.OrdinalIgnoreCase));
            foreach (var file in Directory.EnumerateFiles(Folder.Root, "*", everything))
                Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file, Stop), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Where_the_agents_folder_cannot_be_made_its_files_go_to_the_users_state_directory()
    {
        var file = Place("run");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, ".wandb-agent"), "a file of somebody");

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.NotEmpty(Directory.GetFiles(Agent.StateRoot, "*.checkpoint.json", SearchOption.AllDirectories));
        Assert.Equal("a file of somebody", File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, ".wandb-agent")));
    }

    [Fact]
    public async Task Where_no_checkpoint_can_be_written_the_sync_goes_on_and_says_so()
    {
        var file = Place("run");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, ".wandb-agent"), "");
        File.WriteAllText(Agent.StateRoot, "");

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains("no checkpoint can be written", run.Error, StringComparison.Ordinal);
        Assert.Equal([0, 1], Backend.Run("run").Steps());
    }

    [Fact]
    public async Task A_disk_that_is_full_leaves_nothing_half_written()
    {
        var file = Place("run");

        var run = await (Agent with
        {
            DurableStep = step =>
            {
                if (step == "flush")
                    throw new IOException("No space left on device", hresult: 28); // ENOSPC, as the runtime tells it
            },
        }).SyncAsync(Stop, Folder.Wandb);

        Assert.Equal((2, "incomplete"), (run.Status, run.Result));
        Assert.Contains("no space left", run.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".synced"));
        Assert.DoesNotContain(Folder.Snapshot().Entries.Keys, path => Path.GetExtension(path) is ".tmp" or ".json");
        Assert.Equal(0, (await SyncAsync()).Status);
        Assert.Equal([0, 1], Backend.Run("run").Steps());
    }

    private string Place(string runId, string entity = "", string project = "demo")
    {
        var file = Folder.Place(new RunRecords(runId).Start(run => (run.Entity, run.Project) = (entity, project)).Rows(0, 2).File("notes.txt")
            .Artifact(Folder.Artifact($"data-{runId}", "content")).Console("hello\n").Exit());
        TrainerFolder.PlaceFile(file, "notes.txt", "notes");
        return file;
    }

    private static string Basic(string key) => Convert.ToBase64String(Encoding.ASCII.GetBytes("api:" + key));
}
