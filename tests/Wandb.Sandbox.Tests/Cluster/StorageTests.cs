using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class StorageTests
{
    [Fact]
    public async Task Pages_of_a_list_show_the_state_of_the_first_one()
    {
        await using var client = await ClusterClient.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await client.CreateConfigMapAsync(name);
        }

        var (_, first) = await client.GetAsync(ClusterClient.ConfigMaps + "?limit=2");
        await client.CreateConfigMapAsync("d");
        var (_, second) = await client.GetAsync($"{ClusterClient.ConfigMaps}?limit=2&continue={first["metadata"]!["continue"]}");

        Assert.Equal(["a", "b"], Names(first));
        Assert.Equal(1, first["metadata"]!["remainingItemCount"]!.GetValue<int>());
        Assert.Equal(["c"], Names(second));
        Assert.Null(second["metadata"]!["continue"]);
        Assert.Equal(first["metadata"]!["resourceVersion"]!.GetValue<string>(), second["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_continue_token_from_before_a_compaction_is_answered_with_410()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a");
        await client.CreateConfigMapAsync("b");
        var (_, first) = await client.GetAsync(ClusterClient.ConfigMaps + "?limit=1");

        client.Cluster.Faults.ExpireVersions();
        var (code, status) = await client.GetAsync($"{ClusterClient.ConfigMaps}?limit=1&continue={first["metadata"]!["continue"]}");

        Assert.Equal((410, "Expired"), (code, status["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_watch_goes_on_after_the_version_of_a_list()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a");
        var (_, list) = await client.GetAsync(ClusterClient.ConfigMaps);
        await client.CreateConfigMapAsync("b");
        await client.SendAsync(HttpMethod.Delete, ClusterClient.ConfigMaps + "/a");

        var seen = await TakeAsync(client, $"{ClusterClient.ConfigMaps}?watch=true&resourceVersion={list["metadata"]!["resourceVersion"]}", 2);

        Assert.Equal(["ADDED b", "DELETED a"], seen);
    }

    [Fact]
    public async Task An_object_that_no_longer_matches_the_selector_is_deleted_for_the_watcher()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a", """{"app":"x"}""");
        var (_, list) = await client.GetAsync(ClusterClient.ConfigMaps);
        await client.SendAsync(HttpMethod.Patch, ClusterClient.ConfigMaps + "/a", """{"metadata":{"labels":{"app":"y"}}}""", "application/merge-patch+json");
        await client.SendAsync(HttpMethod.Patch, ClusterClient.ConfigMaps + "/a", """{"metadata":{"labels":{"app":"x"}}}""", "application/merge-patch+json");

        var seen = await TakeAsync(client, $"{ClusterClient.ConfigMaps}?watch=true&labelSelector=app%3Dx&resourceVersion={list["metadata"]!["resourceVersion"]}", 2);

        Assert.Equal(["DELETED a", "ADDED a"], seen);
    }

    [Fact]
    public async Task A_watch_from_a_forgotten_version_gets_an_error_event_with_410()
    {
        await using var client = await ClusterClient.StartAsync();
        var (_, list) = await client.GetAsync(ClusterClient.ConfigMaps);
        await client.CreateConfigMapAsync("a");
        client.Cluster.Faults.ExpireVersions();

        await foreach (var line in client.WatchAsync($"{ClusterClient.ConfigMaps}?watch=true&resourceVersion={list["metadata"]!["resourceVersion"]}"))
        {
            Assert.Equal("ERROR", line["type"]!.GetValue<string>());
            Assert.Equal(410, line["object"]!["code"]!.GetValue<int>());
        }
    }

    [Fact]
    public async Task A_watch_ends_with_a_bookmark_at_its_timeout()
    {
        await using var client = await ClusterClient.StartAsync();
        var (_, list) = await client.GetAsync(ClusterClient.ConfigMaps);

        var lines = new List<JsonNode>();
        await foreach (var line in client.WatchAsync(
            $"{ClusterClient.ConfigMaps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={list["metadata"]!["resourceVersion"]}"))
        {
            lines.Add(line);
        }

        Assert.Equal("BOOKMARK", Assert.Single(lines)["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Dropped_watches_are_cut_off()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a");

        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var _ in client.WatchAsync(ClusterClient.ConfigMaps + "?watch=true"))
            {
                client.Cluster.Faults.DropWatches();
            }
        });

        Assert.True(error is HttpRequestException or IOException, error.ToString());
    }

    [Fact]
    public async Task Refused_writes_are_conflicts_until_the_time_is_over()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a");
        client.Cluster.Faults.RefuseWrites(TimeSpan.FromHours(1));

        var (refused, status) = await client.ApplyAsync(ClusterClient.ConfigMaps + "/a", "m", """{"data":{"b":"2"}}""");
        client.Cluster.Faults.RefuseWrites(TimeSpan.Zero);
        var (accepted, _) = await client.ApplyAsync(ClusterClient.ConfigMaps + "/a", "m", """{"data":{"b":"2"}}""");

        Assert.Equal((409, "Conflict", 200), (refused, status["reason"]!.GetValue<string>(), accepted));
    }

    [Fact]
    public async Task An_old_version_cannot_be_written()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("a");
        var (_, old) = await client.GetAsync(ClusterClient.ConfigMaps + "/a");
        await client.SendAsync(HttpMethod.Patch, ClusterClient.ConfigMaps + "/a", """{"data":{"a":"2"}}""", "application/merge-patch+json");

        var (code, _) = await client.SendAsync(HttpMethod.Put, ClusterClient.ConfigMaps + "/a", old.ToJsonString());

        Assert.Equal(409, code);
    }

    [Fact]
    public async Task A_finalizer_holds_an_object_until_it_is_taken_away()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateAsync(ClusterClient.ConfigMaps, """{"metadata":{"name":"a","finalizers":["example.com/hold"]}}""");

        await client.SendAsync(HttpMethod.Delete, ClusterClient.ConfigMaps + "/a");
        var (held, node) = await client.GetAsync(ClusterClient.ConfigMaps + "/a");
        await client.SendAsync(HttpMethod.Patch, ClusterClient.ConfigMaps + "/a", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        var (gone, _) = await client.GetAsync(ClusterClient.ConfigMaps + "/a");

        Assert.Equal((200, 404), (held, gone));
        Assert.NotNull(node["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task Dependents_go_with_their_owner()
    {
        await using var client = await ClusterClient.StartAsync();
        await client.CreateConfigMapAsync("owner");
        var (_, owner) = await client.GetAsync(ClusterClient.ConfigMaps + "/owner");
        var uid = owner["metadata"]!["uid"]!.GetValue<string>();
        await client.CreateAsync(ClusterClient.ConfigMaps, $$$"""
            {"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{{uid}}}"}]}}
            """);
        var (_, list) = await client.GetAsync(ClusterClient.ConfigMaps);
        await client.SendAsync(HttpMethod.Delete, ClusterClient.ConfigMaps + "/owner");

        var seen = await TakeAsync(client, $"{ClusterClient.ConfigMaps}?watch=true&timeoutSeconds=20&resourceVersion={list["metadata"]!["resourceVersion"]}", 2);

        Assert.Equal(["DELETED owner", "DELETED child"], seen);
    }

    private static string[] Names(JsonNode list) => [.. list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>())];

    private static async Task<List<string>> TakeAsync(ClusterClient client, string path, int count)
    {
        var seen = new List<string>();
        await foreach (var line in client.WatchAsync(path))
        {
            seen.Add($"{line["type"]} {line["object"]!["metadata"]!["name"]}");
            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }
}
