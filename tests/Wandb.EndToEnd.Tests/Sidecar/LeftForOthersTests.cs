using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>A pod that ended while the server was away, and another agent that uploads what it has left.</summary>
public sealed class LeftForOthersTests : SidecarTest
{
    [Fact]
    public async Task What_a_pod_adds_to_a_run_arrives_also_when_another_agent_uploads_it()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Attempt = 2 } };
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        GrowingFile.In(Folder, "left").GrowTo(new RunRecords("left").Start(run => run.Tags.Add("own")).Rows(0, 5).Exit(0));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "0", signal.Token, more: new() { [AgentEnvironment.RunAdditions] = """{"tags":["k8s"],"config":{"ours":1}}""" });
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ State: ReportedRunState.Buffering }]), agent, "the operator was told");
        Assert.Equal(2, (await EndAsync(signal, agent)).Status);
        Backend.Faults.GoDark(TimeSpan.Zero);

        var drained = await Agent.RunAsync(["sync", Folder.Wandb], Stop);

        Assert.True(drained.Status == 0, drained.ToString());
        var server = Find("left")!;
        Assert.Equal(("train-0", 1), ((string)server.Config("kubernetes")!["pod"]!, (int)server.Config("ours")!));
        Assert.Equal(["own", "k8s"], server.Bucket()["tags"]!.AsArray().Select(tag => (string)tag!));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("watch")]
    public async Task Trainer_killed_in_the_dark_is_closed_with_its_true_end_by_whoever_uploads_it(string command)
    {
        await using var operation = new OperatorDouble();
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        var file = GrowingFile.In(Folder, "oom");
        file.GrowTo(new RunRecords("oom").Start().Rows(0, 5));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token);
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ State: ReportedRunState.Buffering }]), agent, "the operator was told");
        operation.Answer = new ReportAnswer { Ended = [Ended(137, "OOMKilled")] };
        Assert.Equal(2, (await EndAsync(signal, agent)).Status);
        Backend.Faults.GoDark(TimeSpan.Zero);

        var drained = await Agent.RunAsync(command == "sync" ? [command, Folder.Wandb] : [command, "--exit-when-done", Folder.Wandb], Stop);

        Assert.True(drained.Status == 0, drained.ToString());
        var server = Find("oom")!;
        Assert.Equal((true, 137), ((bool)server["complete"]!, (int)server["exitcode"]!));
        Assert.Equal("OOMKilled", (string)server["summary"]!["kubernetes/exit_reason"]!);
        Assert.Equal("kubernetes", (string)JsonNode.Parse(await File.ReadAllTextAsync(file.Path + ".receipt.json", Stop))!["exitSource"]!);
    }

    /// <summary>Another agent may wait for the lock of the run, which is free when the last report is given.</summary>
    [Fact]
    public async Task End_that_is_known_is_kept_before_the_last_report()
    {
        await using var operation = new OperatorDouble { Answer = new ReportAnswer { Ended = [Ended(137, "OOMKilled")] } };
        Backend.Faults.GoDark(TimeSpan.FromMinutes(5));
        var file = GrowingFile.In(Folder, "known");
        file.GrowTo(new RunRecords("known").Start().Rows(0, 5));
        var isKept = false;
        operation.Received = _ => isKept = File.Exists(Path.Combine(Path.GetDirectoryName(file.Path)!, ".wandb-agent", "run-known.wandb.end.json"));
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(operation.Url, "5", signal.Token);
        await UntilAsync(() => operation.Reports.Any(report => report.Runs is [{ State: ReportedRunState.Buffering }]), agent, "the operator was told");

        Assert.Equal(2, (await EndAsync(signal, agent)).Status);

        Assert.True(isKept, "the end of the run was not there when the last report came");
    }

    [Theory]
    [InlineData("""{"config":[{"key":null,"value":null}]}""")]
    [InlineData("""{"config":[{"key":"k","value":"no json{"}]}""")]
    [InlineData("""{"tags":[null]}""")]
    [InlineData("""{"config":null}""")]
    [InlineData("half a fi")]
    public async Task What_is_damaged_of_it_keeps_no_run_from_the_server(string kept)
    {
        var file = GrowingFile.In(Folder, "left");
        file.GrowTo(new RunRecords("left").Start().Rows(0, 5).Exit(0));
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file.Path)!, ".wandb-agent")).FullName;
        foreach (var name in new[] { "added", "end" })
            await File.WriteAllTextAsync(Path.Combine(folder, $"{Path.GetFileName(file.Path)}.{name}.json"), kept, Stop);

        var run = await Agent.RunAsync(["sync", Folder.Wandb], Stop);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal((true, 0, 5), ((bool)Find("left")!["complete"]!, (int)Find("left")!["exitcode"]!, Find("left")!.Steps().Count));
    }
}
