using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary><c>wandb-agent run --writer-exit</c>, without Kubernetes.</summary>
public sealed class WriterExitFileTests : SidecarTest
{
    [Fact]
    public async Task Without_kubernetes_a_file_tells_the_end_and_the_agent_ends_by_itself()
    {
        var exit = Path.Combine(Folder.Root, "exit.json");
        GrowingFile.In(Folder, "plain").GrowTo(new RunRecords("plain").Start().Rows(0, 3));
        var agent = Agent.RunAsync(["run", "--output", "json", "--writer-exit", exit, Folder.Wandb], Stop);
        await UntilRowsAsync("plain", 3, agent);
        await File.WriteAllTextAsync(exit, """{"exitCode":143,"reason":"Preempted"}""", Stop);

        var run = await agent;

        Assert.True(run.Status == 0, run.ToString());
        var server = Find("plain")!;
        Assert.Equal((143, "preempted"), ((int)server["exitcode"]!, (string)server.Bucket()["tags"]!.AsArray().Single()!));
        Assert.Contains("closed with 143, as the writer ended with 143 (Preempted)", (string)run.Reports[^1]["message"]!, StringComparison.Ordinal);
    }

    /// <summary>The script of docs/sidecar.md, twice in one directory.</summary>
    [Fact]
    public async Task Second_training_in_a_directory_does_not_end_with_the_file_of_the_first()
    {
        var exit = Path.Combine(Folder.Root, "exit.json");
        GrowingFile.In(Folder, "first").GrowTo(new RunRecords("first").Start().Rows(0, 3));
        var first = Agent.RunAsync(["run", "--output", "json", "--writer-exit", exit, Folder.Wandb], Stop);
        await UntilRowsAsync("first", 3, first);
        await File.WriteAllTextAsync(exit, "3", Stop);
        Assert.Equal(0, (await first).Status);

        var second = Agent.RunAsync(["run", "--output", "json", "--writer-exit", exit, Folder.Wandb], Stop);
        await UntilAsync(() => Status()!["problems"]!.AsArray().Any(problem => ((string)problem!).Contains("earlier training", StringComparison.Ordinal)), second, "the old file was told");
        GrowingFile.In(Folder, "second").GrowTo(new RunRecords("second").Start().Rows(0, 3));
        await UntilRowsAsync("second", 3, second);
        await File.WriteAllTextAsync(exit, "3", Stop);

        var run = await second;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal((true, 3), ((bool)Find("second")!["complete"]!, (int)Find("second")!["exitcode"]!));
        Assert.Empty(Status()!["problems"]!.AsArray());
    }

    [Fact]
    public async Task Agent_that_is_started_again_ends_by_the_file_that_is_there()
    {
        var exit = Path.Combine(Folder.Root, "exit.json");
        GrowingFile.In(Folder, "left").GrowTo(new RunRecords("left").Start().Rows(0, 3));
        await File.WriteAllTextAsync(exit, "3", Stop);

        var run = await Agent.RunAsync(["run", "--output", "json", "--writer-exit", exit, Folder.Wandb], Stop);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal((true, 3), ((bool)Find("left")!["complete"]!, (int)Find("left")!["exitcode"]!));
    }
}
