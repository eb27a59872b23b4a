using Wandb.Agent.Records.Wire;
using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Who the run is, on the server.</summary>
public sealed class IdentityTests : SyncTest
{
    [Fact]
    public async Task Config_of_later_run_records_is_applied()
    {
        Folder.Place(new RunRecords("config").Start(run => run.Config = Config(("lr", "0.1"), ("layers", "3"))).Rows(0, 1)
            .Run(new RunRecord { RunId = "config", Project = "demo", Notes = "changed", Config = Config(("lr", "0.2"), ("dropout", "0.5")) }).Exit());

        Assert.Equal(0, (await SyncAsync()).Status);

        var stored = Backend.Run("config");
        Assert.Equal((0.2, 3, 0.5), ((double)stored.Config("lr")!, (int)stored.Config("layers")!, (double)stored.Config("dropout")!));
        Assert.Equal("changed", (string)stored.Bucket()["notes"]!);
    }

    [Fact]
    public async Task Program_and_host_come_from_the_environment_record()
    {
        Folder.Place(new RunRecords("place").Start(run => run.Host = "").Rows(0, 1).Exit());

        await SyncAsync();

        var bucket = Backend.Run("place").Bucket();
        Assert.Equal(("/srv/trainer/train.py", "trainer-0"), ((string)bucket["program"]!, (string)bucket["host"]!));
        Assert.Contains("/srv/trainer/train.py", (string)Backend.Run("place").Files()["wandb-metadata.json"]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_job_type_name_and_tags_of_the_command_line_win()
    {
        Folder.Place(new RunRecords("named").Start(run => run.Tags.AddRange(["keep", "old", "gone"])).Rows(0, 1).Exit());

        var run = await SyncAsync(Folder.Wandb, "--group", "g", "--job-type", "j", "--name", "n", "--replace-tags", "old=new,gone=");

        Assert.Equal(0, run.Status);
        var bucket = Backend.Run("named").Bucket();
        Assert.Equal(("g", "j", "n"), ((string)bucket["groupName"]!, (string)bucket["jobType"]!, (string)bucket["displayName"]!));
        Assert.Equal(["keep", "new"], bucket["tags"]!.AsArray().Select(tag => (string)tag!));
    }

    [Fact]
    public async Task Id_of_the_command_line_makes_a_run_of_its_own()
    {
        Folder.Place(new RunRecords("first").Start().Rows(0, 3).Artifact(Folder.Artifact("data", "content")).Exit());
        await SyncAsync();

        var run = await SyncAsync(Folder.Wandb, "--id", "second", "--include-synced");

        Assert.Equal((0, "second"), (run.Status, (string)run.Report["run"]!));
        Assert.Equal([0, 1, 2], Backend.Run("first").Steps());
        Assert.Equal([0, 1, 2], Backend.Run("second").Steps());
    }

    [Fact]
    public async Task Entity_and_project_of_the_environment_fill_in_what_the_file_leaves_out()
    {
        Folder.Place(new RunRecords("lost").Start(run => run.Project = "").Rows(0, 1).Exit());
        var agent = Agent with { Environment = new Dictionary<string, string?> { ["WANDB_ENTITY"] = "team", ["WANDB_PROJECT"] = "work" } };

        Assert.Equal(0, (await agent.SyncAsync(Stop, Folder.Wandb)).Status);

        Assert.Equal(("team", "work"), ((string)Backend.Run("lost")["entity"]!, (string)Backend.Run("lost")["project"]!));
    }

    private static ConfigRecord Config(params (string Key, string Json)[] items)
    {
        var config = new ConfigRecord();
        config.Update.AddRange(items.Select(item => new Item { Key = item.Key, ValueJson = item.Json }));
        return config;
    }
}
