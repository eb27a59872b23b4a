using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>What is the user's stays the user's.</summary>
public sealed class UserFilesTests : SyncTest
{
    [Fact]
    public async Task No_file_of_the_user_is_changed()
    {
        Place();
        var before = Folder.Snapshot();

        Assert.Equal(0, (await SyncAsync()).Status);
        Assert.Equal(0, (await SyncAsync(Folder.Wandb, "--include-synced")).Status);

        Assert.Empty(before.DamageIn(Folder.Snapshot()));
    }

    [Fact]
    public async Task No_file_of_the_user_is_changed_when_the_server_refuses_everything()
    {
        Place();
        var before = Folder.Snapshot();
        Backend.Faults.Set([new FaultRule("*", new FaultAction.Status(400)) { Skip = 4, Count = null }]);

        Assert.Equal(2, (await SyncAsync()).Status);

        Assert.Empty(before.DamageIn(Folder.Snapshot()));
    }

    [Fact]
    public async Task Only_the_agents_own_files_are_added()
    {
        var file = Place();
        var before = Folder.Snapshot();

        await SyncAsync();

        var added = Folder.Snapshot().Entries.Keys.Except(before.Entries.Keys).ToList();
        var run = Path.GetRelativePath(Folder.Root, file);
        var state = Path.Combine(Path.GetDirectoryName(run)!, ".wandb-agent");
        string[] expected =
        [
            run + ".synced", run + ".receipt.json", state, Path.Combine(state, "run-mine.wandb.checkpoint.json"), Path.Combine(state, "run-mine.wandb.lock"),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), added.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Entity_and_project_of_the_command_line_apply_to_artifacts()
    {
        Place();

        Assert.Equal(0, (await SyncAsync(Folder.Wandb, "--entity", "team", "--project", "other")).Status);

        Assert.Equal(("team", "other"), ((string)Backend.Run("mine")["entity"]!, (string)Backend.Run("mine")["project"]!));
        var artifact = Backend.Artifacts().Single();
        Assert.Equal(("team", "other"), ((string)artifact["entity"]!, (string)artifact["project"]!));
    }

    [Fact]
    public async Task No_absolute_path_of_the_trainer_is_in_a_manifest()
    {
        Place();

        await SyncAsync();

        var manifest = Backend.Artifacts().Single()["manifests"]!.AsArray().Last()!.ToJsonString();
        Assert.Contains("data.txt", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain(Folder.Root, manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("/srv/trainer", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_record_that_leads_out_of_the_runs_folder_is_not_followed()
    {
        File.WriteAllText(Path.Combine(Folder.Root, "secret.txt"), "secret");
        Folder.Place(new RunRecords("path").Start().Rows(0, 1).File("../../../secret.txt").File("/etc/hostname").Exit());

        var run = await SyncAsync();

        Assert.Equal(2, run.Status);
        Assert.All(["secret", "hostname"], name =>
            Assert.DoesNotContain(Backend.Run("path").Files(), file => file.Key.Contains(name, StringComparison.Ordinal)));
    }

    private protected override LocalBackendOptions Options => new() { KnownEntities = new HashSet<string> { "sandbox", "team" } };

    private string Place()
    {
        var file = Folder.Place(new RunRecords("mine").Start().Rows(0, 10, padding: 500).Console("hello\n").File("notes.txt")
            .Artifact(Folder.Artifact("data", "content", artifact => (artifact.Entity, artifact.Project) = ("somebody", "else"))).Exit());
        TrainerFolder.PlaceFile(file, "notes.txt", "notes");
        return file;
    }
}
