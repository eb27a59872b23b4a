using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;

namespace Wandb.Operator.Tests.Admission;

/// <summary>
/// Golden folders: the manifests of a case, the patch (<c>patch.json</c>) and what people are told (<c>told.txt</c>: the decision, then one
/// problem a line). A new case is a new folder with manifests; <c>WANDB_WRITE_CASES=1</c> writes the rest, which is then read, not believed.
/// </summary>
public sealed class CaseTests
{
    private static readonly OperatorDefaults Defaults = new()
    {
        AgentImage = "ghcr.io/example/wandb-agent:1.0.0",
        ReportUrl = "https://wandb-operator.wandb.svc:8443/v1/reports",
    };

    public static TheoryData<string> Cases() =>
        [.. Directory.EnumerateDirectories(Path.Combine(AppContext.BaseDirectory, "Admission", "Cases")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_has_its_patch_and_its_words(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Admission", "Cases", name);
        var (pod, decision) = Decide(folder);

        if (System.Environment.GetEnvironmentVariables()["WANDB_WRITE_CASES"] is "1")
            Write(Path.Combine(SourceFolder(), "Cases", name), decision);
        Assert.Equal(Read(folder, "told.txt"), Told(decision));
        Assert.Equal(Read(folder, "patch.json"), Patch(decision));
        Assert.Equal([], PodInvariants.Broken(JsonPatch.Apply(pod, Operations(decision))));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_is_left_alone_the_second_time(string name)
    {
        var (pod, around) = Load(Path.Combine(AppContext.BaseDirectory, "Admission", "Cases", name));
        if (PodAdmission.Decide(pod, around) is not AdmissionDecision.Patch { Plan.Agent: not null } patch)
            return;

        Assert.IsType<AdmissionDecision.Allow>(PodAdmission.Decide(JsonPatch.Apply(pod, patch.Operations), around));
    }

    /// <summary>What an API server would refuse comes from files, and from versions of it that are still to be written.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Anything_in_the_pod_may_have_another_shape(string name)
    {
        var (pod, around) = Load(Path.Combine(AppContext.BaseDirectory, "Admission", "Cases", name));
        foreach (var path in PathsOf(pod, []).ToList())
        {
            foreach (var other in new[] { "7", "\"x\"", "[1]", "{\"a\":1}", "null" })
            {
                var changed = pod.DeepClone().AsObject();
                var parent = path.SkipLast(1).Aggregate((JsonNode)changed, static (node, step) => step is int index ? node[index]! : node[(string)step]!);
                if (path[^1] is int place)
                    parent[place] = JsonNode.Parse(other);
                else
                    parent[(string)path[^1]] = JsonNode.Parse(other);

                Assert.Null(Record.Exception(() => PodAdmission.Decide(changed, around)) is { } failure ? $"{string.Join('/', path)} = {other}: {failure}" : null);
            }
        }
    }

    private static IEnumerable<IReadOnlyList<object>> PathsOf(JsonNode? node, IReadOnlyList<object> path) => node switch
    {
        JsonObject members => members.SelectMany(member => PathsOf(member.Value, [.. path, member.Key]).Prepend([.. path, member.Key])),
        JsonArray items => items.SelectMany((item, index) => PathsOf(item, [.. path, index]).Prepend([.. path, index])),
        _ => [],
    };

    private static (JsonObject Pod, AdmissionDecision Decision) Decide(string folder)
    {
        var (pod, around) = Load(folder);
        return (pod, PodAdmission.Decide(pod, around));
    }

    private static (JsonObject Pod, PodSurroundings Around) Load(string folder)
    {
        var manifests = new ManifestSet();
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            using var text = new StreamReader(file);
            foreach (var document in YamlDocuments.Read(text))
                manifests.Add(document, "team-a");
        }
        var (@namespace, pod) = Assert.Single(manifests.Pods);
        return (pod.Pod, manifests.Around(@namespace, pod, Defaults));
    }

    private static string Told(AdmissionDecision decision)
    {
        var (word, problems) = decision switch
        {
            AdmissionDecision.Allow allow => ($"allow: {allow.Why}", []),
            AdmissionDecision.Patch patch => ("patch", patch.Warnings),
            AdmissionDecision.Miss miss => ("miss", miss.Problems),
            AdmissionDecision.Deny deny => ("deny", deny.Problems),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return string.Join('\n', problems.Select(problem => $"{problem.Reason}: {problem.Message}").Prepend(word)) + "\n";
    }

    private static string Patch(AdmissionDecision decision) =>
        Operations(decision) is { Count: > 0 } operations ? ReadableJson.Text(JsonPatch.ToJson(operations.Select(Shortened))) + "\n" : "";

    /// <summary>The hook has tests of its own, and its text may change.</summary>
    private static JsonPatchOperation Shortened(JsonPatchOperation operation) =>
        JsonRead.Text(operation.Value) == PythonHook.Text ? operation with { Value = $"(text of {PythonHook.FileName})" } : operation;

    private static IReadOnlyList<JsonPatchOperation> Operations(AdmissionDecision decision) => decision switch
    {
        AdmissionDecision.Patch patch => patch.Operations,
        AdmissionDecision.Miss miss => miss.Operations,
        _ => [],
    };

    private static string Read(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? File.ReadAllText(Path.Combine(folder, file)) : "";

    private static void Write(string folder, AdmissionDecision decision)
    {
        File.WriteAllText(Path.Combine(folder, "told.txt"), Told(decision));
        if (Patch(decision) is { Length: > 0 } patch)
            File.WriteAllText(Path.Combine(folder, "patch.json"), patch);
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
