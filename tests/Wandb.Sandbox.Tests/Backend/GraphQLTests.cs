using System.Net;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Tests.Backend;

public sealed class GraphQLTests : IAsyncLifetime
{
    private LocalBackend backend = null!;
    private BackendClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new LocalBackendOptions
        {
            Features = ["FILESTREAM_GZIP"],
            KnownEntities = new HashSet<string> { "sandbox", "locked" },
            KnownProjects = new HashSet<string> { "sandbox/demo", "sandbox/uncategorized" },
            ForbiddenEntities = new HashSet<string> { "locked" },
        };
        backend = await LocalBackend.StartAsync(options, BackendClient.Token);
        client = new BackendClient(backend);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await backend.DisposeAsync();
    }

    [Fact]
    public async Task The_selected_root_field_decides_not_the_name_of_the_operation()
    {
        await client.GraphQLAsync("mutation Viewer { upsertBucket(input: {name: \"r1\", modelName: \"demo\"}) { inserted } }");

        Assert.Equal("graphql:UpsertBucket", backend.Trace[^1].Kind);
        Assert.Equal("Viewer", backend.Trace[^1].Detail!["operationName"]!.GetValue<string>());
    }

    [Fact]
    public async Task Only_selected_fields_come_back_under_their_aliases()
    {
        var answer = await client.GraphQLAsync("mutation { mine: upsertBucket(input: {name: \"r1\", modelName: \"demo\"}) { b: bucket { name n: displayName } __typename } }");

        Assert.Equal("""{"data":{"mine":{"b":{"name":"r1","n":"r1"},"__typename":"UpsertBucketPayload"}}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task What_an_online_sdk_asks_and_tells_besides_is_no_problem()
    {
        var answer = await client.GraphQLAsync("query($n: String!) { entity(name: $n) { organization { coreWeaveOrganizationId } } }", new JsonObject { ["n"] = "sandbox" });
        using var told = await client.SendAsync(HttpMethod.Post, "sdk/otel/v1/metrics", new ByteArrayContent([10, 0]), withKey: false);

        Assert.Equal("""{"data":{"entity":{"organization":null}}}""", answer.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        Assert.Empty(backend.State()["problems"]!.AsArray());
    }

    [Fact]
    public async Task Fragments_are_merged_with_what_stands_beside_them()
    {
        var answer = await client.GraphQLAsync("""
            mutation { upsertBucket(input: {name: "r1", modelName: "demo"}) { ...Payload bucket { project { name } } } }
            fragment Payload on UpsertBucketPayload { bucket { ... on Run { name } project { entity { name } } } }
            """);

        Assert.Equal("""{"data":{"upsertBucket":{"bucket":{"name":"r1","project":{"entity":{"name":"sandbox"},"name":"demo"}}}}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Include_and_skip_are_obeyed()
    {
        await client.CreateRunAsync();
        const string Query = "query Q($yes: Boolean!, $no: Boolean = false) { viewer { id @skip(if: $yes) entity @include(if: $yes) name @include(if: $no) } }";

        var answer = await client.GraphQLAsync(Query, new JsonObject { ["yes"] = true });

        Assert.Equal("""{"data":{"viewer":{"entity":"sandbox"}}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Inline_values_variables_and_defaults_mean_the_same()
    {
        await client.GraphQLAsync(
            "mutation ($tags: [String!], $notes: String = \"by default\", $unset: String) { upsertBucket(input: {name: \"r1\", modelName: \"demo\", tags: $tags, notes: $notes, jobType: $unset, groupName: \"g\", config: \"{\\\"lr\\\":{\\\"value\\\":NaN}}\"}) { inserted } }",
            new JsonObject { ["tags"] = new JsonArray("x", "y") });

        Assert.Equal(
            """{"tags":["x","y"],"notes":"by default","groupName":"g","config":{"lr":{"value":{"$float":"NaN"}}},"displayName":"r1"}""",
            client.State()["bucket"]!.ToJsonString());
    }

    [Fact]
    public async Task Null_leaves_a_member_of_the_bucket_as_it_was()
    {
        const string Upsert = "mutation ($i: UpsertBucketInput!) { upsertBucket(input: $i) { bucket { id notes } inserted } }";
        var first = await client.GraphQLAsync(Upsert, Input(new() { ["name"] = "r1", ["modelName"] = "demo", ["notes"] = "kept" }));
        var id = first["data"]!["upsertBucket"]!["bucket"]!["id"]!.GetValue<string>();

        var second = await client.GraphQLAsync(Upsert, Input(new() { ["id"] = id, ["notes"] = null, ["strange"] = 1 }));

        Assert.Equal("kept", second["data"]!["upsertBucket"]!["bucket"]!["notes"]!.GetValue<string>());
        Assert.False(second["data"]!["upsertBucket"]!["inserted"]!.GetValue<bool>());
        Assert.Equal("""{"upsertBucket.input.strange":1}""", backend.State()["unknown_fields"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{ nothing }", "Cannot query field \"nothing\" on type \"Query\".")]
    [InlineData("{ viewer { shoeSize } }", "Cannot query field \"shoeSize\" on type \"User\".")]
    [InlineData("{ viewer }", "Field \"viewer\" of type \"User\" must have a selection of subfields.")]
    [InlineData("{ viewer { id { x } } }", "Field \"id\" must not have a selection since type \"ID\" has no subfields.")]
    [InlineData("{ viewer(x: 1) { id } }", "Unknown argument \"x\" on field \"viewer\" of type \"Query\".")]
    [InlineData("{ artifact { id } }", "Field \"artifact\" argument \"id\" is required but not provided.")]
    [InlineData("{ viewer { ...F } }", "Unknown fragment \"F\".")]
    [InlineData("{ viewer { ...F } } fragment F on User { ...F }", "Cannot spread fragment \"F\" within itself.")]
    [InlineData("query ($x: ID!) { artifact(id: $x) { id } }", "Variable \"$x\" of required type was not provided.")]
    public async Task A_request_against_the_schema_is_answered_with_400(string query, string message)
    {
        var response = await client.GraphQLRawAsync(query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(message, (await BackendClient.ReadAsync(response))["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("{ viewer { id }")]
    [InlineData("")]
    public async Task A_document_that_cannot_be_parsed_is_answered_with_400(string query)
    {
        var response = await client.GraphQLRawAsync(query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Single((await BackendClient.ReadAsync(response))["errors"]!.AsArray());
    }

    [Fact]
    public async Task The_named_operation_of_several_is_carried_out()
    {
        var response = await client.GraphQLRawAsync("query A { viewer { id } } query B { serverInfo { features { name isEnabled } } }", operationName: "B");

        Assert.Equal("""{"data":{"serverInfo":{"features":[{"name":"FILESTREAM_GZIP","isEnabled":true}]}}}""", (await BackendClient.ReadAsync(response)).ToJsonString());
        Assert.Equal("ServerFeaturesQuery", backend.Trace[^1].Operation);
    }

    [Fact]
    public async Task A_wrong_key_is_told_in_the_form_of_graphql()
    {
        var response = await client.SendAsync(HttpMethod.Post, "graphql", BackendClient.Json("""{"query":"{ viewer { id } }"}"""), "wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("user is not logged in", (await BackendClient.ReadAsync(response))["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("ghost", "demo", HttpStatusCode.NotFound, "entity ghost not found during upsertBucket")]
    [InlineData("sandbox", "ghost", HttpStatusCode.NotFound, "project sandbox/ghost not found during upsertBucket")]
    [InlineData("locked", "demo", HttpStatusCode.Forbidden, "permission denied")]
    public async Task Unknown_and_forbidden_places_are_told_apart(string entity, string project, HttpStatusCode status, string message)
    {
        var response = await client.GraphQLRawAsync(
            "mutation ($e: String, $p: String) { upsertBucket(input: {name: \"r1\", entityName: $e, modelName: $p}) { inserted } }",
            new JsonObject { ["e"] = entity, ["p"] = project });

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(message, (await BackendClient.ReadAsync(response))["errors"]![0]!["message"]!.GetValue<string>());
        Assert.Empty(backend.State()["runs"]!.AsArray());
    }

    [Fact]
    public async Task Resuming_is_told_counts_and_tails()
    {
        await client.CreateRunAsync();
        await client.StreamAsync("""
            {"files":{"wandb-history.jsonl":{"offset":0,"content":["{\"a\":1}","{\"a\":2}"]},"wandb-events.jsonl":{"offset":0,"content":["{\"e\":1}"]},
            "wandb-summary.json":{"offset":0,"content":["{\"a\":2}"]},"output.log":{"offset":0,"content":["x","y","z"]}}}
            """);

        var answer = await client.GraphQLAsync(
            "query ($n: String!) { model(name: \"demo\", entityName: \"\") { bucket(name: $n, missingOk: true) { historyLineCount eventsLineCount logLineCount historyTail eventsTail summaryMetrics state } other: bucket(name: \"nobody\") { id } } }",
            new JsonObject { ["n"] = BackendClient.Run });

        var bucket = answer["data"]!["model"]!["bucket"]!;
        Assert.Equal("2 1 3", $"{bucket["historyLineCount"]} {bucket["eventsLineCount"]} {bucket["logLineCount"]}");
        Assert.Equal("""{"a":2}""", JsonNode.Parse(bucket["historyTail"]!.GetValue<string>())!.AsArray().Single()!.GetValue<string>());
        Assert.Equal("""{"e":1}""", JsonNode.Parse(bucket["eventsTail"]!.GetValue<string>())!.AsArray().Single()!.GetValue<string>());
        Assert.Equal("""{"a":2}""", bucket["summaryMetrics"]!.GetValue<string>());
        Assert.Equal("running", bucket["state"]!.GetValue<string>());
        Assert.Null(answer["data"]!["model"]!["other"]);
        Assert.Equal("RunResumeStatus", backend.Trace[^1].Operation);
    }

    [Fact]
    public async Task An_alert_is_kept_with_its_level()
    {
        await client.CreateRunAsync();
        await client.GraphQLAsync(
            "mutation ($s: AlertSeverity = INFO) { notifyScriptableRunAlert(input: {entityName: \"sandbox\", projectName: \"demo\", runName: \"r1\", title: \"t\", text: \"x\", severity: $s, waitDuration: 60000}) { success } }");

        Assert.Equal("""[{"title":"t","text":"x","severity":"INFO","waitDuration":60000}]""", client.State()["alerts"]!.ToJsonString());
    }

    [Fact]
    public async Task A_failing_mutation_answers_with_200_and_errors()
    {
        var response = await client.GraphQLRawAsync("mutation { commitArtifact(input: {artifactID: \"x\"}) { artifact { id } } }");
        var answer = await BackendClient.ReadAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(answer["data"]!["commitArtifact"]);
        Assert.Equal("commitArtifact: artifact not found", answer["errors"]![0]!["message"]!.GetValue<string>());
    }

    private static JsonObject Input(JsonObject members) => new() { ["i"] = members };
}
