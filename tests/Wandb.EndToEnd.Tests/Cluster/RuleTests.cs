using System.Net;
using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Rules of <c>crds/</c> that compare or compute (<c>x-kubernetes-validations</c>), row by row.</summary>
public sealed class RuleTests(ScenarioClusters clusters)
{
    private static readonly string[] Kinds = ["WandbRun", "WandbProfile"];

    public static IEnumerable<TheoryDataRow<ClusterKind, string>> Rows() =>
        from cluster in ScenarioClusters.Kinds
        from kind in Kinds
        select new TheoryDataRow<ClusterKind, string>(cluster.Data, kind);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task What_a_rule_forbids_is_refused_with_its_sentence_and_what_comes_near_is_taken(ClusterKind cluster, string kind)
    {
        await using var scenario = await clusters.StartAsync(cluster, "rules");
        var wrong = new List<string>();
        foreach (var row in RuleRow.All.Where(row => row.Kind == kind))
        {
            var (code, answer) = await TryAsync(scenario, kind, row.Refused);
            var isTold = answer.Objects("details", "causes").Any(cause => cause.Text("field") == row.Field && cause.Text("message")!.EndsWith(": " + row.Message, StringComparison.Ordinal));
            if (code != HttpStatusCode.UnprocessableEntity || !isTold)
                wrong.Add($"{row.Refused}: not refused by '{row.Message}' of {row.Field}: {(int)code} {answer.Text("message")}");

            (code, answer) = await TryAsync(scenario, kind, row.Accepted);
            if (code != HttpStatusCode.Created)
                wrong.Add($"{row.Accepted}: not taken: {(int)code} {answer.Text("message")}");
        }
        Assert.Equal([], wrong);
    }

    [Fact]
    public void Every_rule_has_a_row_that_it_refuses()
    {
        var rules = Manifests.Files("crds")
            .SelectMany(file => YamlDocuments.Read(new StringReader(File.ReadAllText(file))))
            .SelectMany(definition => Rules(definition.At("spec").Objects("versions").Single().At("schema", "openAPIV3Schema")!.AsObject(), "")
                .Select(rule => $"{definition.Text("spec", "names", "kind")} {rule}"))
            .ToList();

        Assert.NotEmpty(rules);
        Assert.Equal(rules.Distinct().Order(StringComparer.Ordinal), RuleRow.All.Select(row => $"{row.Kind} {row.Field}: {row.Message}").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(rules.Count, rules.Distinct().Count());
    }

    private static Task<(HttpStatusCode Code, JsonNode Answer)> TryAsync(Scenario scenario, string kind, string spec)
    {
        var json = Assert.Single(YamlDocuments.Read(new StringReader($"{{apiVersion: wandb-operator.io/v1alpha1, kind: {kind}, metadata: {{name: row}}, spec: {{{spec}}}}}")));
        return scenario.Api.TryCreateAsync($"apis/wandb-operator.io/v1alpha1/namespaces/{scenario.Namespace}/{kind.ToLowerInvariant()}s", json.AsObject());
    }

    private static IEnumerable<string> Rules(JsonObject schema, string path)
    {
        var own = schema.Objects("x-kubernetes-validations").Select(rule => $"{path.TrimStart('.')}{rule.Text("fieldPath")}: {rule.Text("message")}");
        var members = (schema["properties"] as JsonObject ?? []).Select(member => (Schema: member.Value, Path: $"{path}.{member.Key}"))
            .Append((Schema: schema["items"], Path: path + "[]"))
            .Append((Schema: schema["additionalProperties"], Path: path + "{}"));
        return own.Concat(members.SelectMany(member => member.Schema is JsonObject inner ? Rules(inner, member.Path) : []));
    }
}
