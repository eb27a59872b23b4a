using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Tests.Backend;

public sealed class StateDocumentTests
{
    [Fact]
    public async Task The_shape_of_a_state_never_changes_by_accident()
    {
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions(), BackendClient.Token);
        using var client = new BackendClient(backend);
        await client.CreateRunAsync();
        await client.StreamAsync("""{"files":{"wandb-summary.json":{"offset":0,"content":["{\"a\":1}"]},"else.txt":{"offset":0,"content":["x"]}}}""");
        await client.StreamAsync("""{"files":{"wandb-summary.json":{"offset":0,"content":["{\"a\":2}"]}}}""");
        await client.GraphQLAsync(
            "mutation { createArtifact(input: {entityName: \"\", projectName: \"demo\", artifactTypeName: \"t\", artifactCollectionName: \"c\", digest: \"d\"}) { artifact { id } } }");

        var state = backend.State();

        Assert.Equal(
            "runs artifacts requests bytes_in auth auth_on_storage missing_upload_headers unknown_fields problems user_agents fault_hits", Names(state));
        Assert.Equal(
            "entity project run storage_id bucket upserts history events summary console other_streams complete exitcode completes requests_after_complete "
            + "preempting heartbeats uploaded files alerts used_artifacts stream_stats requests bytes_in ratelimited",
            Names(state["runs"]![0]!));
        Assert.Equal(
            "entity project type name digest digestAlgorithm run description aliases tags metadata ttlDurationSeconds clientID sequenceClientID distributedID "
            + "historyStep id state files manifests creates commits",
            Names(state["artifacts"]![0]!));
        Assert.Equal("""{"a":2}""", client.State()["summary"]!.ToJsonString());
        Assert.Equal("""{"else.txt":["x"]}""", client.State()["other_streams"]!.ToJsonString());
        Assert.Equal(0, client.State()["stream_stats"]!["wandb-summary.json"]!["written_twice_different"]!.GetValue<int>());
        Assert.Equal("""{"filestream":2,"graphql:CreateArtifact":1,"graphql:UpsertBucket":1}""", state["requests"]!.ToJsonString());
    }

    [Fact]
    public async Task State_and_trace_are_served_without_a_key()
    {
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions(), BackendClient.Token);
        using var client = new BackendClient(backend);
        await client.CreateRunAsync();

        var state = await BackendClient.ReadAsync(await client.SendAsync(HttpMethod.Get, "_sandbox/state", null, withKey: false));
        var trace = JsonNode.Parse(await (await client.SendAsync(HttpMethod.Get, "_sandbox/trace", null, withKey: false)).Content.ReadAsStringAsync(BackendClient.Token))!;

        Assert.True(JsonNode.DeepEquals(backend.State(), state));
        Assert.Equal("graphql:UpsertBucket", trace[0]!["kind"]!.GetValue<string>());
        Assert.Equal("r1", trace[0]!["detail"]!["variables"]!["n"]!.GetValue<string>());
    }

    [Fact]
    public void Server_ids_follow_from_what_a_thing_is()
    {
        // From the recorded upload of an artifact to another server: manifests contain such ids, so they must not differ between servers.
        Assert.Equal("QXJ0aWZhY3Q6MTkwMjczMDg4NTkzMTk0", StableId.Of("Artifact", "lab-entity", "demo", "my-model", "910bdd224e2a958c81f8eef45d8ba323"));
        Assert.Equal("QXJ0aWZhY3RNYW5pZmVzdDoxOTY1NjAzNTA2NDc2Mjk=", StableId.Of("ArtifactManifest", "QXJ0aWZhY3Q6MTkwMjczMDg4NTkzMTk0", "wandb_manifest.json", "FULL"));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("""["\\",NaN,"\\\"NaN"]""", """["\\",{"$float":"NaN"},"\\\u0022NaN"]""")]
    [InlineData("[-Infinity,-1]", """[{"$float":"-Infinity"},-1]""")]
    [InlineData("NaNo", """{"$invalid":"NaNo"}""")]
    [InlineData("", """{"$invalid":""}""")]
    public void Extended_json_becomes_strict_json(string text, string expected)
    {
        Assert.Equal(expected, ExtendedJson.Parse(Encoding.UTF8.GetBytes(text))!.ToJsonString());
    }

    [Theory]
    [InlineData("..", "%2E%2E")]
    [InlineData("", "%")]
    [InlineData("a b/c", "a%20b%2Fc")]
    [InlineData(".hidden", ".hidden")]
    public void A_name_stays_one_segment_of_a_path(string name, string segment)
    {
        Assert.Equal(segment, SafePath.Segment(name));
    }

    [Fact]
    public void Long_names_that_differ_at_their_end_stay_different()
    {
        var (first, second) = (SafePath.Segment(new string('x', 300) + "1"), SafePath.Segment(new string('x', 300) + "2"));

        Assert.NotEqual(first, second);
        Assert.True(first.Length < 100);
    }

    private static string Names(JsonNode node) => string.Join(' ', node.AsObject().Select(member => member.Key));
}
