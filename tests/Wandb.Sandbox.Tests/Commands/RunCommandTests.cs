using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Tests.Backend;

namespace Wandb.Sandbox.Tests.Commands;

public sealed class RunCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sandbox-tests-");
    private LocalBackend backend = null!;

    public async ValueTask InitializeAsync()
    {
        backend = await LocalBackend.StartAsync(new LocalBackendOptions { Directory = directory.FullName }, BackendClient.Token);
        using var client = new BackendClient(backend);
        await client.GraphQLAsync(
            "mutation ($c: JSONString) { upsertBucket(input: {name: \"kf0\", modelName: \"cv\", displayName: \"fold 0\", groupName: \"kfold-a\", jobType: \"fold\", config: $c}) { inserted } }",
            new JsonObject { ["c"] = """{"lr":{"value":0.1},"_wandb":{"value":{"t":{}}}}""" });
        await client.GraphQLAsync("mutation { upsertBucket(input: {name: \"kf0\", modelName: \"other\"}) { inserted } }");
        await client.SendAsync(HttpMethod.Post, "files/sandbox/cv/kf0/file_stream", BackendClient.Json("""
            {"files":{"wandb-history.jsonl":{"offset":1,"content":["{\"loss\":0.5}"]},"wandb-summary.json":{"offset":0,"content":["{\"loss\":0.5}"]},
            "output.log":{"offset":0,"content":["\u001b[31mred"]}},"complete":true,"exitcode":0}
            """));
    }

    public async ValueTask DisposeAsync()
    {
        await backend.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Runs_are_listed_alike_from_the_server_and_from_its_directory()
    {
        var (fromServer, fromDirectory) = (
            await CommandLine.RunAsync("runs", "--url", backend.Url.AbsoluteUri), await CommandLine.RunAsync("runs", "--directory", directory.FullName));

        Assert.Equal((0, ""), (fromServer.ExitCode, fromServer.Error));
        Assert.Equal(fromServer.Output, fromDirectory.Output);
        var line = fromServer.Output.Split('\n').Single(line => line.Contains("kfold-a", StringComparison.Ordinal));
        Assert.Equal("kf0 fold 0 sandbox/cv kfold-a finished 2 0 1 0 0", string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Runs_as_json_are_one_document()
    {
        var runs = JsonNode.Parse((await CommandLine.RunAsync("runs", "--directory", directory.FullName, "--output", "json")).Output)!.AsArray();

        Assert.Equal(2, runs.Count);
        Assert.Equal("kfold-a", runs[0]!["group"]!.GetValue<string>());
        Assert.Equal(2, runs[0]!["rows"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_run_is_shown_with_all_there_is_and_what_is_missing()
    {
        var shown = await CommandLine.RunAsync("show", "cv/kf0", "--url", backend.Url.AbsoluteUri);

        Assert.Equal(0, shown.ExitCode);
        Assert.Equal(
            """
            sandbox/cv/kf0: finished, 2 rows, 0 events, 1 console line
              MISSING: 1 line number of its streams never arrived
            identity
              group: kfold-a
              displayName: "fold 0"
              jobType: "fold"
              exitcode: 0
            config
              lr: 0.1
            summary
              loss: 0.5
            last rows
              {"$gap":true}
              {"loss":0.5}
            console
              ␛[31mred

            """, shown.Output);
    }

    [Fact]
    public async Task A_name_that_several_runs_have_is_not_guessed()
    {
        var shown = await CommandLine.RunAsync("show", "kf0", "--directory", directory.FullName);

        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("sandbox/cv/kf0 or sandbox/other/kf0", shown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "nobody", "there is no run nobody")]
    [InlineData("show", "fold 0", "")]
    public async Task A_run_is_found_by_its_display_name_or_not_at_all(string command, string name, string error)
    {
        var shown = await CommandLine.RunAsync(command, name, "--directory", directory.FullName);

        Assert.Equal(error == "" ? 0 : 1, shown.ExitCode);
        Assert.Contains(error, shown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("runs", "--directory", "/nonexistent/anywhere")]
    [InlineData("runs", "--url", "nonsense")]
    [InlineData("runs", "--url", "http://127.0.0.1:1")]
    [InlineData("show", "--url", "http://127.0.0.1:1")]
    [InlineData("serve", "--faults", "/nonexistent/faults.json")]
    [InlineData("serve", "--port", "many")]
    public async Task Wrong_arguments_are_told_on_the_error_output_and_end_with_1(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.NotEqual("", result.Error);
    }

    [Fact]
    public async Task A_directory_that_a_server_uses_is_not_given_to_a_second_one()
    {
        var second = await CommandLine.RunAsync("serve", "--directory", directory.FullName);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains(".lock", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("runs")]
    [InlineData("show")]
    [InlineData("demo")]
    public async Task Help_shows_examples(string command)
    {
        var help = await CommandLine.RunAsync(command, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("Examples:\n  wandb-sandbox " + command, help.Output, StringComparison.Ordinal);
    }
}
