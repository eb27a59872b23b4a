using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sidecar;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Files and artifacts that are refused: what a server or a storage says once may be over a minute later.</summary>
public sealed class PassingRefusalTests : SidecarTest
{
    public static TheoryData<string, string, int> Refusals => new()
    {
        // Where, how, how often: an artifact is sent as soon as its record appears, and at the end.
        { "graphql:CreateArtifact", "error", 2 },
        { "graphql:CommitArtifact", "error", 2 },
        { "graphql:CommitArtifact", "page", 2 },
        { "graphql:CreateArtifactFiles", "401", 2 },
        { "graphql:CreateRunFiles", "error", 1 },
        { "graphql:CreateRunFiles", "403", 1 },
        { "put", "400", 2 },
        { "put", "403", 2 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_refused_for_a_while_arrives_before_the_run_is_closed(string kind, string how, int count)
    {
        Place("passing");
        Backend.Faults.Set([new FaultRule(kind, Refusal(how)) { Count = count }]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watch = Agent.WatchAsync(signal.Token, Folder.Wandb);
        await UntilAsync(() => Find("passing") is { } run && (bool)run["complete"]!, watch, "the run was closed");

        var end = await EndAsync(signal, watch);

        Assert.Equal(count, Backend.Faults.Hits);
        Assert.True(end.Status == 0, end.ToString());
        Assert.All(end.Reports, report => Assert.Equal(0, (int)report["setAside"]!));
        await AssertEqualsOneSyncAsync($"a run that met {how} at {kind}");
    }

    [Fact]
    public async Task Sidecar_tries_once_more_after_the_signal()
    {
        Place("signalled");
        Backend.Faults.Set([new FaultRule("graphql:CommitArtifact", Refusal("error")) { Count = 2 }]);
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(null, "30", signal.Token, retryDelay: TimeSpan.FromHours(1));
        await UntilAsync(() => Backend.Faults.Hits == 2, agent, "the artifact was refused");

        var end = await EndAsync(signal, agent);

        Assert.True(end.Status == 0, end.ToString());
        Assert.Equal("synced", (string)end.Reports[^1]["result"]!);
        Assert.Equal("COMMITTED", (string)Assert.Single(Backend.Artifacts())["state"]!);
    }

    [Fact]
    public async Task What_is_refused_again_and_again_keeps_no_run_open()
    {
        Place("final");
        Backend.Faults.Set([new FaultRule("graphql:CreateRunFiles", Refusal("error")) { Count = null }]);

        var end = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.Equal(2, end.Status);
        Assert.True((bool)Find("final")!["complete"]!);
        Assert.Equal(["incomplete", "incomplete", "incomplete"], end.Reports.Select(report => (string)report["result"]!));
        Assert.True((int)end.Reports[^1]["setAside"]! > 0, end.ToString());
    }

    private static FaultAction Refusal(string how) => how switch
    {
        "error" => new FaultAction.GraphQLError("context deadline exceeded"),
        "page" => new FaultAction.Status(200, Body: "<html>please sign in</html>"),
        _ => new FaultAction.Status(int.Parse(how, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private void Place(string runId) => TrainerFolder.PlaceFile(
        Folder.Place(new RunRecords(runId).Start().Rows(0, 3).File("notes.txt").Artifact(Folder.Artifact("data", "content")).Exit()), "notes.txt", "notes");
}
