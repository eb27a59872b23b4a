using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Tests.Backend;

public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sandbox-tests-");

    [Fact]
    public async Task A_backend_that_starts_again_has_the_same_runs_and_artifacts()
    {
        JsonObject before;
        await using (var first = await StartAsync())
        {
            using var client = new BackendClient(first);
            await client.CreateRunAsync("a/b ..");
            await client.StreamAsync("""
                {"files":{"wandb-history.jsonl":{"offset":0,"content":["{\"a\":1}"]},"output.log":{"offset":2,"content":["third"]}},"uploaded":["x"],"complete":true,"exitcode":1}
                """, "a%2Fb%20..");
            var created = await client.GraphQLAsync(
                "mutation { createRunFiles(input: {entityName: \"sandbox\", projectName: \"demo\", runName: \"a/b ..\", files: [\"run.json\"]}) { files { uploadUrl } } }");
            await client.PutAsync(created["data"]!["createRunFiles"]!["files"]![0]!["uploadUrl"]!.GetValue<string>(), "{}"u8.ToArray(), ["X-Sandbox-Upload:run"]);
            await client.GraphQLAsync("""
                mutation { createArtifact(input: {entityName: "", projectName: "demo", artifactTypeName: "t", artifactCollectionName: "c", digest: "d", metadata: "{\"x\":NaN}"}) { artifact { id } } }
                """);
            before = first.State();
        }

        await using var second = await StartAsync();

        Assert.True(JsonNode.DeepEquals(before["runs"], second.State()["runs"]), second.State()["runs"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(before["artifacts"], second.State()["artifacts"]));
        Assert.Equal("failed", await StateOfRunAsync(second));
    }

    [Fact]
    public async Task Lines_go_on_after_a_restart()
    {
        await using (var first = await StartAsync())
        {
            using var client = new BackendClient(first);
            await client.CreateRunAsync();
            await client.StreamAsync("""{"files":{"wandb-history.jsonl":{"offset":0,"content":["1","2"]}}}""");
        }

        await using var second = await StartAsync();
        using var again = new BackendClient(second);
        await again.StreamAsync("""{"files":{"wandb-history.jsonl":{"offset":1,"content":["2","3"]}}}""");

        Assert.Equal("[1,2,3]", again.State()["history"]!.ToJsonString());
        Assert.Equal(1, again.State()["stream_stats"]!["wandb-history.jsonl"]!["written_twice_same"]!.GetValue<int>());
    }

    [Fact]
    public async Task Lines_lie_on_disk_as_people_can_read_them()
    {
        await using var backend = await StartAsync();
        using var client = new BackendClient(backend);
        await client.CreateRunAsync();
        await client.StreamAsync("""{"files":{"wandb-history.jsonl":{"offset":0,"content":["{\"a\":1}","{\"a\":2}"]}}}""");

        Assert.Equal("{\"a\":1}\n{\"a\":2}\n", await File.ReadAllTextAsync(
            Path.Combine(directory.FullName, "runs", "sandbox", "demo", "r1", "streams", "wandb-history.jsonl"), BackendClient.Token));
    }

    [Fact]
    public async Task Text_that_a_crash_tore_off_is_a_gap()
    {
        await using (var first = await StartAsync())
        {
            using var client = new BackendClient(first);
            await client.CreateRunAsync();
            await client.StreamAsync("""{"files":{"wandb-history.jsonl":{"offset":0,"content":["1","2"]}}}""");
        }

        var path = Path.Combine(directory.FullName, "runs", "sandbox", "demo", "r1", "streams", "wandb-history.jsonl");
        await File.WriteAllTextAsync(path, "1\n", BackendClient.Token);
        await File.AppendAllTextAsync(path + ".index", "torn", BackendClient.Token);

        await using var second = await StartAsync();
        using var again = new BackendClient(second);
        Assert.Equal("""[1,{"$gap":true}]""", again.State()["history"]!.ToJsonString());
        await again.StreamAsync("""{"files":{"wandb-history.jsonl":{"offset":1,"content":["2","3"]}}}""");
        Assert.Equal("[1,2,3]", again.State()["history"]!.ToJsonString());
    }

    public void Dispose() => directory.Delete(recursive: true);

    private Task<LocalBackend> StartAsync() => LocalBackend.StartAsync(new LocalBackendOptions { Directory = directory.FullName }, BackendClient.Token);

    private static async Task<string> StateOfRunAsync(LocalBackend backend)
    {
        using var client = new BackendClient(backend);
        var answer = await client.GraphQLAsync("{ project(name: \"demo\") { run(name: \"a/b ..\") { state } } }");
        return answer["data"]!["project"]!["run"]!["state"]!.GetValue<string>();
    }
}
