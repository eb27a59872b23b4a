using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Somebody gives a run another name, or tags, on its page: an agent that goes on with the run leaves that as it is.</summary>
public sealed class PageChangesTests : SyncTest
{
    private const string Run = "page";
    private const string Later = "20260921_130000";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Name_and_tags_of_the_page_stay_when_the_agent_is_started_again(bool watches)
    {
        var records = Start("w", 0);
        Folder.Place(records);
        Assert.Equal(0, (await SyncAsync()).Status);
        await ChangeAsync();
        Folder.Place(records.Config("rate", "2").Rows(5, 5).Exit());

        var run = watches ? await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb) : await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("better: good, mine", Page());
        Assert.Equal(10, Backend.Run(Run).Steps().Count);
        Assert.Equal(2, (int)Backend.Run(Run).Config("rate")!);
    }

    [Fact]
    public async Task What_the_script_changes_since_is_told_and_nothing_else()
    {
        var records = Start("w", 0);
        Folder.Place(records);
        await SyncAsync();
        await ChangeAsync();
        Folder.Place(records.Run(new() { RunId = Run, Project = "demo", Notes = "from the script" }).Exit());

        await SyncAsync();

        Assert.Equal("better: good, mine", Page());
        Assert.Equal("from the script", (string)Backend.Run(Run).Bucket()["notes"]!);
    }

    [Fact]
    public async Task Name_of_the_command_line_is_told_all_the_same()
    {
        var records = Start("w", 0);
        Folder.Place(records);
        await SyncAsync();
        await ChangeAsync();
        Folder.Place(records.Exit());

        await SyncAsync(Folder.Wandb, "--name", "given");

        Assert.Equal("given: good, mine", Page());
    }

    /// <summary>The earlier part has no checkpoint any more, and tells all that it knows: what the run is called is still what the last part says.</summary>
    [Fact]
    public async Task Last_part_is_told_anew_behind_an_earlier_one_that_was_told_anew()
    {
        var (first, second) = (Start("first", 0, "first name"), Start("second", 3600, "second name", 5));
        var file = Folder.Place(first);
        Folder.Place(second, Later);
        Assert.Equal(0, (await SyncAsync()).Status);
        File.Delete(Path.Combine(Path.GetDirectoryName(file)!, ".wandb-agent", Path.GetFileName(file) + ".checkpoint.json"));
        Folder.Place(second.Rows(10, 5).Exit(), Later);

        var run = await SyncAsync();

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("second name: good", Page());
        Assert.Equal(15, Backend.Run(Run).Steps().Count);
    }

    private static RunRecords Start(string writer, long later, string name = "given by the script", int firstStep = 0) =>
        new RunRecords(Run).Start(
            run =>
            {
                run.DisplayName = name;
                run.Tags.Add("good");
            },
            later,
            writer).Rows(firstStep, 5);

    private string Page()
    {
        var bucket = Backend.Run(Run).Bucket();
        return $"{bucket["displayName"]}: {string.Join(", ", bucket["tags"]!.AsArray())}";
    }

    private async Task ChangeAsync()
    {
        const string query = """
            mutation UpsertBucket($name: String, $project: String, $displayName: String, $tags: [String!]) {
              upsertBucket(input: {name: $name, modelName: $project, displayName: $displayName, tags: $tags}) { bucket { id } }
            }
            """;
        var variables = new JsonObject { ["name"] = Run, ["project"] = "demo", ["displayName"] = "better", ["tags"] = new JsonArray("good", "mine") };
        var body = new JsonObject { ["query"] = query, ["operationName"] = "UpsertBucket", ["variables"] = variables };
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("api:" + Backend.ApiKey)));
        using var content = new StringContent(body.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Backend.Url, "graphql"), content, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal("better: good, mine", Page());
    }
}
