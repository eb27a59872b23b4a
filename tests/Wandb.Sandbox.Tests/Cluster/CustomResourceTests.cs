using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Tests.Cluster;

public sealed class CustomResourceTests
{
    private const string Things = "apis/example.com/v1/namespaces/default/things";
    private const string Definitions = "apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Definition = """
        {"metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
        "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
        "additionalPrinterColumns":[{"name":"Synced","type":"string","jsonPath":".status.conditions[?(@.type==\"Synced\")].status"}],
        "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{
          "spec":{"type":"object","required":["project"],
            "x-kubernetes-validations":[{"rule":"!has(self.size) || self.mode == 'on'","message":"size needs mode on","fieldPath":".size"}],"properties":{
            "names":{"type":"array","maxItems":3,"items":{"type":"string","x-kubernetes-validations":[{"rule":"self != 'x'"}]}},
            "map":{"type":"object","additionalProperties":{"type":"object","properties":{"n":{"type":"integer"}},
              "x-kubernetes-validations":[{"rule":"self.n > 1","message":"too small"}]}},
            "project":{"type":"string","maxLength":5,"pattern":"^[a-z]+$"},"mode":{"type":"string","enum":["on","off"],"default":"off"},
            "size":{"type":"integer","minimum":1,"maximum":3},"any":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
          "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
        """;

    [Fact]
    public async Task A_new_kind_is_served_with_defaults_and_without_unknown_fields()
    {
        await using var client = await StartAsync();

        var (code, node) = await client.PostAsync(Things, """{"metadata":{"name":"a"},"spec":{"project":"demo","typo":1,"any":{"free":true}},"status":{"x":1}}""");

        Assert.Equal(201, code);
        Assert.Equal("""{"project":"demo","any":{"free":true},"mode":"off"}""", node["spec"]!.ToJsonString());
        Assert.Null(node["status"]);
    }

    [Theory]
    [InlineData("""{"spec":{}}""", "spec.project: Required value")]
    [InlineData("""{"spec":{"project":"toolong"}}""", "Too long")]
    [InlineData("""{"spec":{"project":"A"}}""", "should match")]
    [InlineData("""{"spec":{"project":"a","mode":"x"}}""", "supported values: \"on\", \"off\"")]
    [InlineData("""{"spec":{"project":"a","size":4}}""", "less than or equal to 3")]
    [InlineData("""{"spec":{"project":"a","size":1.5}}""", "must be of type integer")]
    [InlineData("""{"spec":{"project":7}}""", "must be of type string")]
    [InlineData("{}", "spec: Required value")]
    public async Task What_the_schema_forbids_is_refused(string body, string message)
    {
        await using var client = await StartAsync();
        var node = JsonNode.Parse(body)!;
        node["metadata"] = new JsonObject { ["name"] = "a" };

        var (code, status) = await client.PostAsync(Things, node.ToJsonString());

        Assert.Equal(422, code);
        Assert.Contains(message, status["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"project":"a","size":2}""", "spec.size", "Invalid value: \"object\": size needs mode on")]
    [InlineData("""{"project":"a","names":["y","x"]}""", "spec.names[1]", "Invalid value: \"string\": failed rule: self != 'x'")]
    [InlineData("""{"project":"a","map":{"k":{"n":1}}}""", "spec.map.k", "Invalid value: \"object\": too small")]
    [InlineData("""{"project":"a","map":{"k":{}}}""", "spec.map.k", "Invalid value: \"object\": no such key: n evaluating rule: too small")]
    [InlineData("""{"project":7,"size":2}""", "<nil>", "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation")]
    public async Task What_a_rule_forbids_is_refused_however_it_is_written(string spec, string field, string message)
    {
        await using var client = await StartAsync();
        var body = $$$"""{"metadata":{"name":"a"},"spec":{{{spec}}}}""";

        var created = await client.PostAsync(Things, body);
        var applied = await client.ApplyAsync(Things + "/a", "m", body);
        await client.CreateAsync(Things, """{"metadata":{"name":"a"},"spec":{"project":"a"}}""");
        var changed = await client.SendAsync(HttpMethod.Patch, Things + "/a", body, "application/merge-patch+json");

        Assert.All([created, applied, changed], answer =>
        {
            Assert.Equal(422, answer.Code);
            Assert.Contains(answer.Body["details"]!["causes"]!.AsArray(), cause => (cause!["field"]!.GetValue<string>(), cause["message"]!.GetValue<string>()) == (field, message));
        });
    }

    [Fact]
    public async Task What_a_change_leaves_as_it_was_is_not_told_again()
    {
        await using var client = await StartAsync(Definition.Replace("self.mode == 'on'", "true", StringComparison.Ordinal));
        await client.CreateAsync(Things, """{"metadata":{"name":"a"},"spec":{"project":"a","size":2,"map":{"k":{"n":2}}}}""");
        await client.ApplyAsync(Definitions + "/things.example.com", "m", Definition, force: true);
        var stricter = """{"spec":{"map":{"k":{"n":0}}}}""";

        var status = await client.ApplyAsync(Things + "/a/status", "m", """{"status":{"x":1}}""");
        var spec = await client.SendAsync(HttpMethod.Patch, Things + "/a", stricter, "application/merge-patch+json");

        Assert.Equal((200, 422), (status.Code, spec.Code));
    }

    [Theory]
    [InlineData("self.n.isSorted()", "undeclared reference to 'isSorted'")]
    [InlineData("oldSelf.n == self.n", "undeclared reference to 'oldSelf'")]
    [InlineData("self.n >", "undeclared reference to ''")]
    public async Task Definition_with_a_rule_that_is_not_understood_is_refused(string rule, string told)
    {
        await using var client = await ClusterClient.StartAsync();

        var (code, status) = await client.PostAsync(Definitions, Definition.Replace("self.n > 1", rule, StringComparison.Ordinal));

        Assert.Equal(422, code);
        Assert.Contains("x-kubernetes-validations[0].rule", status["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(told, status["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_validation_names_unknown_fields()
    {
        await using var client = await StartAsync();

        var (code, status) = await client.PostAsync(Things + "?fieldValidation=Strict", """{"metadata":{"name":"a"},"spec":{"project":"a","typo":1}}""");

        Assert.Equal(400, code);
        Assert.Contains("unknown field \"spec.typo\"", status["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_and_spec_are_written_apart_and_only_spec_counts_generations()
    {
        await using var client = await StartAsync();
        await client.CreateAsync(Things, """{"metadata":{"name":"a"},"spec":{"project":"a"}}""");

        await client.ApplyAsync(Things + "/a/status", "m", """{"spec":{"project":"ignored"},"status":{"conditions":[{"type":"Synced","status":"True"}]}}""");
        var (_, withStatus) = await client.GetAsync(Things + "/a");
        var (_, changed) = await client.ApplyAsync(Things + "/a", "m", """{"spec":{"project":"b"},"status":{}}""", force: true);

        Assert.Equal(("a", 1), (withStatus["spec"]!["project"]!.GetValue<string>(), withStatus["metadata"]!["generation"]!.GetValue<int>()));
        Assert.Equal(("b", 2), (changed["spec"]!["project"]!.GetValue<string>(), changed["metadata"]!["generation"]!.GetValue<int>()));
        Assert.Equal("Synced", changed["status"]!["conditions"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Printer_columns_fill_the_table()
    {
        await using var client = await StartAsync();
        await client.CreateAsync(Things, """{"metadata":{"name":"a"},"spec":{"project":"a"}}""");
        await client.ApplyAsync(Things + "/a/status", "m", """{"status":{"conditions":[{"type":"X","status":"False"},{"type":"Synced","status":"True"}]}}""");

        var (_, table) = await client.SendAsync(HttpMethod.Get, Things, accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

        Assert.Equal("Table", table["kind"]!.GetValue<string>());
        Assert.Equal("""["a","True"]""", table["rows"]![0]!["cells"]!.ToJsonString());
    }

    [Fact]
    public async Task A_kind_whose_definition_is_deleted_is_served_no_more()
    {
        await using var client = await StartAsync();
        await client.SendAsync(HttpMethod.Delete, Definitions + "/things.example.com");

        for (var code = 200; code != 404;)
        {
            (code, _) = await client.GetAsync(Things);
        }
    }

    private static async Task<ClusterClient> StartAsync(string definition = Definition)
    {
        var client = await ClusterClient.StartAsync();
        await client.CreateAsync(Definitions, definition);
        for (var code = 404; code != 200;)
        {
            (code, _) = await client.GetAsync(Things);
        }

        return client;
    }
}
