using Wandb.Agent.Reporting;
using Wandb.Agent.Sidecar;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class RestOfRunsTests
{
    [Fact]
    public void What_was_not_dealt_with_is_left_with_all_parts_of_its_run()
    {
        string[] files = ["/1/run-a.wandb", "/2/run-a.wandb", "/3/run-b.wandb", "/4/run-c.wandb", "/5/run-d.wandb", "/6/run-e.wandb", "/7/run-f.wandb"];
        var reports = new[]
        {
            Report("/2/run-a.wandb", SyncResult.Incomplete) with { IsWorthAnotherTry = true },
            Report("/3/run-b.wandb", SyncResult.Synced),
            Report("/5/run-d.wandb", SyncResult.Unfinished) with { IsGrowing = true },
            Report("/6/run-e.wandb", SyncResult.Unfinished),
            Report("/7/run-f.wandb", SyncResult.Incomplete) with { Records = 5 },
        }.ToDictionary(report => report.File, StringComparer.Ordinal);

        var rest = RestOfRuns.Of(files, file => file is "/1/run-a.wandb", reports);

        Assert.Equal(["/1/run-a.wandb", "/2/run-a.wandb", "/4/run-c.wandb", "/5/run-d.wandb"], rest);
    }

    private static RunReport Report(string file, SyncResult result) => new() { File = file, Result = result };
}
