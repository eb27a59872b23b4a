using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Files and artifacts of a run that goes on.</summary>
public sealed class LiveUploadTests : WatchTest
{
    private const int Now = 0;
    private const int Live = 2;

    [Fact]
    public async Task File_that_was_told_of_and_did_not_change_is_not_told_of_again()
    {
        var file = GrowingFile.In(Folder, "told");
        TrainerFolder.PlaceFile(file.Path, "same.txt", "stays as it is");
        TrainerFolder.PlaceFile(file.Path, "now.txt", "now");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var records = new RunRecords("told").Start().Rows(0, 3).File("now.txt", Now).File("same.txt", Live);
        file.GrowTo(records);
        await UntilAsync(() => Told("now.txt") == 1 && Told("same.txt") == 1, watch, "both files were told of");

        TrainerFolder.PlaceFile(file.Path, "now.txt", "changed since");
        file.GrowTo(records.File("now.txt", Now).Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("changed since".Length, SizeOf("told", "now.txt"));
        Assert.Equal(2, Told("now.txt"));
        Assert.Equal(1, Told("same.txt"));
    }

    [Fact]
    public async Task File_that_lies_there_as_it_was_uploaded_is_not_read_again_at_the_end()
    {
        var file = GrowingFile.In(Folder, "large");
        var rested = DateTimeOffset.FromUnixTimeSeconds(RunRecords.StartSeconds).UtcDateTime;
        Place("was uploaded");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var records = new RunRecords("large").Start().Rows(0, 3).File("model.txt", Now);
        file.GrowTo(records);
        await UntilAsync(() => Told("model.txt") == 1, watch, "the file was told of");

        // Other content under the same stamp: who reads it sees that.
        Place("is not read!");
        file.GrowTo(records.Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Single(Backend.Trace, request => (string?)request.Detail?["name"] == "model.txt");

        void Place(string content)
        {
            TrainerFolder.PlaceFile(file.Path, "model.txt", content);
            File.SetLastWriteTimeUtc(Path.Combine(Path.GetDirectoryName(file.Path)!, "files", "model.txt"), rested);
        }
    }

    /// <param name="isLink">As the SDK places saved files where it may link them to the user's originals.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Live_file_that_changes_is_sent_again_while_the_run_goes_on(bool isLink)
    {
        var file = GrowingFile.In(Folder, "changes");
        if (isLink)
            File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(file.Path)!, "files", "model.txt"), Path.Combine(Folder.Root, "original.txt"));
        TrainerFolder.PlaceFile(file.Path, "model.txt", "1");
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Agent;
        var watch = (agent with { Live = agent.Live with { FileInterval = TimeSpan.FromMilliseconds(20) } }).WatchAsync(signal.Token, Folder.Wandb);
        file.GrowTo(new RunRecords("changes").Start().Rows(0, 3).File("model.txt", Live));
        await UntilAsync(() => SizeOf("changes", "model.txt") == 1, watch, "the file was on the server");

        TrainerFolder.PlaceFile(file.Path, "model.txt", "22");
        await UntilAsync(() => SizeOf("changes", "model.txt") == 2, watch, "the changed file was on the server");
        TrainerFolder.PlaceFile(file.Path, "model.txt", "333");
        await UntilAsync(() => SizeOf("changes", "model.txt") == 3, watch, "the file that changed again was on the server");

        Assert.False((bool)Find("changes")!["complete"]!);
        await EndAsync(signal, watch);
    }

    [Fact]
    public async Task Artifact_is_committed_while_the_run_goes_on_and_its_content_may_vanish_then()
    {
        var file = GrowingFile.In(Folder, "made");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var records = new RunRecords("made").Start().Rows(0, 3).Artifact(Folder.Artifact("first", "content")).Artifact(Folder.Artifact("second", "more"));
        file.GrowTo(records);
        await UntilAsync(() => Committed() == 2, watch, "both artifacts were committed");
        Assert.False((bool)Find("made")!["complete"]!);

        // As the SDK does with Artifact.new_file when the trainer ends.
        Directory.Delete(Path.Combine(Folder.Root, "staging"), recursive: true);
        file.GrowTo(records.Rows(3, 2).Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(2, (int)run.Report["artifacts"]!);
        Assert.Equal(2, Backend.Trace.Count(request => request.Operation == "CreateArtifact"));
    }

    [Fact]
    public async Task Content_that_vanishes_before_the_server_takes_it_arrives_all_the_same()
    {
        Backend.Faults.Set([new FaultRule("graphql:CreateArtifact", new FaultAction.Status(503)) { Count = 2 }]);
        var file = GrowingFile.In(Folder, "vanish");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var records = new RunRecords("vanish").Start().Rows(0, 3).Artifact(Folder.Artifact("report", "content"));
        file.GrowTo(records);
        await UntilAsync(() => Backend.Trace.Any(request => request.Operation == "CreateArtifact"), watch, "the artifact was tried");

        Directory.Delete(Path.Combine(Folder.Root, "staging"), recursive: true);
        file.GrowTo(records.Rows(3, 2).Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(1, Committed());
    }

    [Fact]
    public async Task Artifact_whose_content_is_not_there_yet_is_tried_again_at_the_end_and_versions_keep_their_order()
    {
        var file = GrowingFile.In(Folder, "late");
        var first = Folder.Artifact("late", "content");
        var staged = first.Manifest.Contents[0].LocalPath;
        File.Move(staged, staged + ".away");
        var watch = Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        var records = new RunRecords("late").Start().Rows(0, 3).Artifact(first).Artifact(Folder.Artifact("other", "more"));
        file.GrowTo(records);
        await UntilAsync(() => Backend.Trace.Any(request => request.Operation == "CreateArtifact"), watch, "the first was tried");

        File.Move(staged + ".away", staged);
        file.GrowTo(records.Exit());
        var run = await watch;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(2, Committed());
        await AssertEqualsOneSyncAsync("a run whose artifact came late");
    }

    [Fact]
    public async Task Config_and_files_go_up_while_the_run_file_never_rests()
    {
        var file = GrowingFile.In(Folder, "busy");
        TrainerFolder.PlaceFile(file.Path, "now.txt", "now");
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        var records = new RunRecords("busy").Start().Config("lr", "0.5").File("now.txt", Now);
        var step = 0;

        await UntilAsync(
            () =>
            {
                file.GrowTo(records.Rows(step++, 1));
                return Find("busy") is { } run && run.Config("lr") is not null && run.Files().ContainsKey("now.txt");
            },
            watch, "config and file were on the server");

        await EndAsync(signal, watch);
    }

    private int Told(string name) => StreamRequests.Count(request =>
        request.Detail?["uploaded"] is JsonArray names && names.Any(told => (string)told! == name));

    private int SizeOf(string runId, string name) =>
        Find(runId) is { } run && run.Files()[name] is { } file ? (int)file["size"]! : -1;

    private int Committed() => Backend.Artifacts().Count(artifact => (string)artifact["state"]! == "COMMITTED");
}
