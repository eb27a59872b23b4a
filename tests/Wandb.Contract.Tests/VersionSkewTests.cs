using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Wandb.Contract.Tests;

/// <summary>
/// An agent of the version before works with this operator, and the reverse: pods live longer than an upgrade. What earlier versions say is
/// in <c>Captured</c>.
/// </summary>
public sealed class VersionSkewTests
{
    private static readonly string Captured = Path.Combine(AppContext.BaseDirectory, "Captured");

    public static TheoryData<string> Documents() =>
        new(Directory.GetFiles(Captured, "*.json", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Captured, path)).Order(StringComparer.Ordinal));

    public static TheoryData<string> Versions() => new(Directory.GetDirectories(Captured).Select(path => Path.GetFileName(path)!));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Everything_that_an_earlier_version_says_is_understood(string document)
    {
        var captured = Read(document);

        var back = ThroughTheTypes(document, captured);

        Assert.Equal([], Missing("", captured, back));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Members_of_a_later_version_change_nothing(string document)
    {
        var captured = Read(document);
        var later = captured.DeepClone();
        AddUnknownMembers(later, isMap: false);

        Assert.NotEqual(captured.ToJsonString(), later.ToJsonString());
        Assert.Equal(ThroughTheTypes(document, captured).ToJsonString(), ThroughTheTypes(document, later).ToJsonString());
    }

    [Fact]
    public void States_of_a_later_version_are_those_that_claim_least()
    {
        var later = Read("0.1.0/report.json");
        later["state"] = "Paused";
        later["backend"]!["state"] = "Throttled";
        later["runs"]![0]!["state"] = "Archived";

        var report = later.Deserialize(ContractJson.Default.AgentReport)!;

        Assert.Equal((AgentState.Following, BackendState.Unknown), (report.State, report.Backend.State));
        Assert.Equal([ReportedRunState.Pending, ReportedRunState.Synced], report.Runs.Select(run => run.State));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("null")]
    public void State_that_is_no_name_is_refused(string state)
    {
        var report = Read("0.1.0/report.json");
        report["state"] = JsonNode.Parse(state);

        Assert.Throws<JsonException>(() => report.Deserialize(ContractJson.Default.AgentReport));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Variables_keep_their_names(string version)
    {
        var now = typeof(AgentEnvironment).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal([], File.ReadAllLines(Path.Combine(Captured, version, "environment.txt")).Except(now));
    }

    [Fact]
    public void Paths_that_live_in_pods_stay_where_they_are()
    {
        Assert.Equal(
            [
                "/wandb-operator/runs", "/wandb-operator/state", "/wandb-operator/key", "/wandb-operator/token", "/wandb-operator/ca", "/wandb-operator/tmp",
                "/wandb-operator/settings", "/wandb-operator/python", "wandb-operator", "/v1/reports", ".wandb-agent",
            ],
            [
                AgentPaths.Shared, AgentPaths.State, AgentPaths.ApiKey, AgentPaths.Token, AgentPaths.ServerCa, AgentPaths.Tmp,
                AgentPaths.Settings, AgentPaths.PythonHook, AgentPaths.TokenAudience, AgentPaths.ReportPath, AgentPaths.AgentFolder,
            ]);
    }

    [Fact]
    public void This_version_has_been_captured()
    {
        var version = typeof(AgentReport).Assembly.GetName().Version!;

        Assert.Contains($"{version.Major}.{version.Minor}.0", Directory.GetDirectories(Captured).Select(path => Path.GetFileName(path)));
    }

    private static JsonNode Read(string document) => JsonNode.Parse(File.ReadAllText(Path.Combine(Captured, document)))!;

    private static JsonNode ThroughTheTypes(string document, JsonNode json)
    {
        var name = Path.GetFileNameWithoutExtension(document);
        return name.StartsWith("report", StringComparison.Ordinal) ? Through(json, ContractJson.Default.AgentReport)
            : name == "answer" ? Through(json, ContractJson.Default.ReportAnswer)
            : Through(json, ContractJson.Default.RunAdditions);
    }

    private static JsonNode Through<T>(JsonNode json, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(json.Deserialize(type)!, type)!;

    /// <summary>Paths of members of <paramref name="expected"/> that <paramref name="actual"/> lacks or has with another value.</summary>
    private static IEnumerable<string> Missing(string path, JsonNode? expected, JsonNode? actual) => (expected, actual) switch
    {
        (JsonObject one, JsonObject other) => one.SelectMany(member => Missing($"{path}/{member.Key}", member.Value, other[member.Key])),
        (JsonArray one, JsonArray other) when one.Count == other.Count => one.SelectMany((item, index) => Missing($"{path}/{index}", item, other[index])),
        _ => JsonNode.DeepEquals(expected, actual) ? [] : [path],
    };

    /// <summary>Adds members that no version has to every object, except to maps, whose keys are the user's.</summary>
    private static void AddUnknownMembers(JsonNode? node, bool isMap)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                AddUnknownMembers(item, isMap);
        }
        if (node is not JsonObject json || isMap)
            return;
        foreach (var (name, value) in json.ToList())
            AddUnknownMembers(value, isMap: name is "summary" or "config");
        json.Insert(0, "laterWord", "yes");
        json.Add("laterTree", new JsonObject { ["deep"] = new JsonArray(1, null, "x") });
    }
}
