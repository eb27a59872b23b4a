using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Agent.Records.Wire;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>Syncing twice leaves the same rows as syncing once.</summary>
public sealed class RepeatTests : SyncTest
{
    [Fact]
    public async Task Syncing_twice_leaves_the_same_rows_and_sends_nothing_the_second_time()
    {
        Place();
        await SyncAsync();
        var state = Backend.State();
        var requests = Backend.Trace.Count;

        var again = await SyncAsync();

        Assert.Equal((0, "skipped"), (again.Status, again.Result));
        ServerState.AssertSame(state, Backend, "second sync");
        // The features of the server are asked for before the files are looked at.
        Assert.All(Backend.Trace.Skip(requests), request => Assert.Equal("graphql:ServerFeaturesQuery", request.Kind));
    }

    [Fact]
    public async Task Syncing_twice_with_include_synced_leaves_the_same_rows()
    {
        Place();
        await SyncAsync();
        var state = Backend.State();

        var again = await SyncAsync(Folder.Wandb, "--include-synced");

        Assert.Equal((0, "synced"), (again.Status, again.Result));
        ServerState.AssertSame(state, Backend, "second sync");
        AssertNothingTwice("twice");
    }

    [Fact]
    public async Task Syncing_another_copy_of_the_directory_leaves_the_same_rows()
    {
        Place();
        using var copy = Folder.Copy();
        await SyncAsync();
        var state = Backend.State();

        var again = await SyncAsync(copy.Wandb);

        Assert.Equal((0, "synced"), (again.Status, again.Result));
        ServerState.AssertSame(state, Backend, "sync of the copy");
        AssertNothingTwice("twice");
    }

    [Fact]
    public async Task Syncing_what_the_real_client_began_adds_only_the_rest()
    {
        var records = Place();
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        // The real client writes keys in an order of its own, stamps the console with its own time and sends nothing of the artifact.
        await UpsertAsync("twice");
        await PostAsync("twice", new JsonObject
        {
            ["wandb-history.jsonl"] = Chunk(Enumerable.Range(0, 12).Select(step =>
                $"{{\"_step\":{step},\"text\":\"{new string((char)('a' + step % 26), 100)}\",\"loss\":{1.0 / (step + 1):R}}}")),
            ["wandb-events.jsonl"] = Chunk([EventLine(1)]),
            ["output.log"] = Chunk(["2026-11-24T10:00:00.000000 hello"]),
        });

        var run = await SyncAsync();

        Assert.Equal((0, "synced"), (run.Status, run.Result));
        ServerState.AssertSame(wanted, Backend, $"{records.Count} records");
        Assert.Equal(0, (int)Backend.Run("twice")["stream_stats"]!["wandb-history.jsonl"]!["written_twice_same"]!);
    }

    [Fact]
    public async Task Syncing_what_the_real_client_has_synced_wholly_adds_no_row()
    {
        Folder.Place(new RunRecords("whole").Start().Rows(0, 5).Event(1).Exit());
        await UpsertAsync("whole");
        await PostAsync("whole", new JsonObject
        {
            ["wandb-history.jsonl"] = Chunk(Enumerable.Range(0, 5).Select(step => $"{{\"_step\":{step},\"loss\":{1.0 / (step + 1):R}}}")),
            ["wandb-events.jsonl"] = Chunk([EventLine(1)]),
        });

        var run = await SyncAsync();

        Assert.Equal((0, "synced"), (run.Status, run.Result));
        Assert.Equal([0, 1, 2, 3, 4], Backend.Run("whole").Steps());
        Assert.Single(Backend.Run("whole")["events"]!.AsArray());
    }

    [Fact]
    public async Task A_run_without_rows_can_be_synced_from_two_copies()
    {
        Folder.Place(new RunRecords("quiet").Start().Event(1).Event(2).Console("hello\n").Console("world\n").Exit());
        using var copy = Folder.Copy();
        await SyncAsync();
        var state = Backend.State();

        var again = await SyncAsync(copy.Wandb);

        Assert.Equal((0, "synced"), (again.Status, again.Result));
        ServerState.AssertSame(state, Backend, "sync of the copy");
    }

    [Fact]
    public async Task Rows_that_are_all_the_same_can_be_synced_from_two_copies()
    {
        var records = new RunRecords("same").Start();
        for (var row = 0; row < 20; row++)
            records.Add(2, new HistoryRecord { Item = { new Item { NestedKey = { "x" }, ValueJson = "1" } } });
        Folder.Place(records.Exit());
        using var copy = Folder.Copy();
        await SyncAsync();

        var again = await SyncAsync(copy.Wandb);

        Assert.Equal((0, "synced"), (again.Status, again.Result));
        Assert.Equal(20, Backend.Run("same").Steps().Count);
    }

    [Fact]
    public async Task A_run_that_was_deleted_on_the_server_is_synced_anew_in_spite_of_a_checkpoint()
    {
        Place();
        await SyncAsync();
        var state = Backend.State();
        await using var empty = await LocalBackend.StartAsync(Options, Stop);

        var again = await AgentSetup.For(empty, Folder).SyncAsync(Stop, Folder.Wandb, "--include-synced");

        Assert.Equal((0, "synced"), (again.Status, again.Result));
        ServerState.AssertSame(state, empty, "the other server");
    }

    private RunRecords Place()
    {
        var records = new RunRecords("twice").Start().Rows(0, 30, padding: 100).Event(1).Event(2).Console("hello\n").Console("world\n")
            .Artifact(Folder.Artifact("data", "content")).Alert("slow").Exit();
        Folder.Place(records);
        return records;
    }

    private void AssertNothingTwice(string run)
    {
        Assert.Equal(1, Backend.Artifacts().Single()["commits"]!.GetValue<int>());
        Assert.Single(Backend.Run(run)["alerts"]!.AsArray());
    }

    private static string EventLine(int second) =>
        $$"""{"system.cpu":{{second}},"_runtime":{{second}},"_timestamp":{{RunRecords.StartSeconds + second}},"_wandb":true}""";

    private static JsonObject Chunk(IEnumerable<string> lines) =>
        new() { ["offset"] = 0, ["content"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]) };

    private async Task UpsertAsync(string run)
    {
        const string query = """
            mutation UpsertBucket($name: String, $project: String) { upsertBucket(input: {name: $name, modelName: $project}) { bucket { id } } }
            """;
        var variables = new JsonObject { ["name"] = run, ["project"] = "demo" };
        var body = new JsonObject { ["query"] = query, ["operationName"] = "UpsertBucket", ["variables"] = variables };
        await SendAsync("graphql", body);
    }

    private Task PostAsync(string run, JsonObject files) => SendAsync($"files/sandbox/demo/{run}/file_stream", new JsonObject { ["files"] = files });

    private async Task SendAsync(string path, JsonObject body)
    {
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("api:" + Backend.ApiKey)));
        using var content = new StringContent(body.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Backend.Url, path), content, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
