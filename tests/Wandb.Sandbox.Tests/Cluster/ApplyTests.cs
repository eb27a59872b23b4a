using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class ApplyTests
{
    private const string Path = ClusterClient.ConfigMaps + "/a";

    [Fact]
    public async Task Applying_what_is_not_there_creates_it()
    {
        await using var client = await ClusterClient.StartAsync();

        var (code, node) = await client.ApplyAsync(Path, "m", """{"data":{"x":"1"}}""");

        Assert.Equal(201, code);
        Assert.Equal("""{"f:data":{"f:x":{}}}""", node["metadata"]!["managedFields"]![0]!["fieldsV1"]!.ToJsonString());
    }

    [Fact]
    public async Task A_field_that_is_applied_no_more_is_removed()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.ApplyAsync(Path, "m", """{"metadata":{"labels":{"l":"1"}},"data":{"x":"1","y":"2"}}""");

        var (_, node) = await client.ApplyAsync(Path, "m", """{"data":{"y":"2"}}""");

        Assert.Equal("""{"y":"2"}""", node["data"]!.ToJsonString());
        Assert.Null(node["metadata"]!["labels"]);
    }

    [Fact]
    public async Task What_was_empty_and_has_something_now_keeps_it()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.ApplyAsync(Path, "m", """{"metadata":{"finalizers":[]},"data":{}}""");

        var (_, node) = await client.ApplyAsync(Path, "m", """{"metadata":{"finalizers":["example.org/f"]},"data":{"x":"1"}}""");

        Assert.Equal("""{"x":"1"}""", node["data"]?.ToJsonString());
        Assert.Equal("""["example.org/f"]""", node["metadata"]!["finalizers"]?.ToJsonString());
    }

    [Fact]
    public async Task A_field_of_another_manager_stays_and_is_a_conflict_when_it_differs()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.ApplyAsync(Path, "first", """{"data":{"x":"1","y":"2"}}""");

        var (same, _) = await client.ApplyAsync(Path, "second", """{"data":{"y":"2"}}""");
        var (conflict, status) = await client.ApplyAsync(Path, "second", """{"data":{"x":"9"}}""");
        var (forced, node) = await client.ApplyAsync(Path, "second", """{"data":{"x":"9"}}""", force: true);
        var (_, after) = await client.ApplyAsync(Path, "first", """{"data":{"y":"2"}}""");

        Assert.Equal((200, 409, 200), (same, conflict, forced));
        Assert.Contains("conflict with \"first\": .data.x", status["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("9", node["data"]!["x"]!.GetValue<string>());
        Assert.Equal("9", after["data"]!["x"]!.GetValue<string>());
    }

    [Fact]
    public async Task Applying_the_same_again_writes_nothing()
    {
        await using var client = await ClusterClient.StartAsync();
        var (_, first) = await client.ApplyAsync(Path, "m", """{"data":{"x":"1"}}""");
        var (_, second) = await client.ApplyAsync(Path, "m", """{"data":{"x":"1"}}""");

        Assert.Equal(Version(first), Version(second));
    }

    [Fact]
    public async Task Items_of_a_keyed_list_have_owners_of_their_own()
    {
        await using var client = await ClusterClient.StartAsync();
        const string pod = ClusterClient.Pods + "/p/status";
        await client.CreateAsync(ClusterClient.Pods, """{"metadata":{"name":"p"},"spec":{"nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");
        await client.ApplyAsync(pod, "a", """{"status":{"conditions":[{"type":"A","status":"True"}]}}""");
        await client.ApplyAsync(pod, "b", """{"status":{"conditions":[{"type":"B","status":"True"}]}}""");

        var (_, node) = await client.ApplyAsync(pod, "a", """{"status":{"conditions":[{"type":"C","status":"True"}]}}""");

        var types = node["status"]!["conditions"]!.AsArray().Select(item => item!["type"]!.GetValue<string>()).ToList();
        Assert.Contains("B", types);
        Assert.Contains("C", types);
        Assert.DoesNotContain("A", types);
    }

    [Fact]
    public async Task A_patch_of_unknown_type_is_415()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a");

        var (code, _) = await client.SendAsync(HttpMethod.Patch, Path, "{}", "application/json");

        Assert.Equal(415, code);
    }

    /// <summary>An API server reads it as YAML.</summary>
    [Theory]
    [InlineData("\\ud83d\\ude42", 400)]
    [InlineData("\\\\\\uD83D", 400)]
    [InlineData("\\\\ud83d", 201)]
    [InlineData("\\u00e9", 201)]
    [InlineData("🙂", 201)]
    public async Task Halves_of_a_pair_are_refused_where_they_are_written_as_escapes(string text, int expected)
    {
        await using var client = await ClusterClient.StartAsync();

        var (code, answer) = await client.ApplyAsync(Path, "m", $$$"""{"data":{"x":"{{{text}}}"}}""");

        Assert.Equal(expected, code);
        Assert.Equal(expected == 400, answer.ToJsonString().Contains("error decoding YAML", StringComparison.Ordinal));
    }

    private static string Version(JsonNode node) => node["metadata"]!["resourceVersion"]!.GetValue<string>();
}
