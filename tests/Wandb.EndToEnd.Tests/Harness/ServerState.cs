using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Golden.NormalForm;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Harness;

/// <summary>What a backend has been sent.</summary>
internal static class ServerState
{
    public static JsonObject Run(this LocalBackend backend, string runId) =>
        backend.State()["runs"]!.AsArray().Single(run => (string)run!["run"]! == runId)!.AsObject();

    public static IReadOnlyList<JsonObject> Runs(this LocalBackend backend) => backend.All("runs");

    public static IReadOnlyList<JsonObject> Artifacts(this LocalBackend backend) => backend.All("artifacts");

    /// <summary>The steps of the rows, gaps and rows without a step as -1.</summary>
    public static IReadOnlyList<long> Steps(this JsonObject run) => [.. run["history"]!.AsArray().Select(row => (long?)row!["_step"] ?? -1)];

    /// <summary>Console lines as text: everything behind the time; a gap is null.</summary>
    public static IReadOnlyList<string?> ConsoleTexts(this JsonObject run) =>
        [.. run["console"]!.AsArray().Select(line => line is null ? null : ConsoleLineNormalForm.From((string)line!)[2..])];

    public static IReadOnlyList<string> Console(this JsonObject run) => [.. run["console"]!.AsArray().Select(line => (string)line!)];

    public static JsonObject Files(this JsonObject run) => run["files"]!.AsObject();

    public static JsonObject Bucket(this JsonObject run) => run["bucket"]!.AsObject();

    /// <summary>A value of the user's config.</summary>
    public static JsonNode? Config(this JsonObject run, string key) => run.Bucket()["config"]?[key]?["value"];

    /// <summary>Both are the same by meaning, and neither server saw a mistake.</summary>
    /// <param name="what">Named when they differ.</param>
    public static void AssertSame(JsonObject wanted, LocalBackend got, string what)
    {
        var now = ServerStateNormalForm.From(got.State());
        var differences = NormalFormComparer.Compare(now, ServerStateNormalForm.From(wanted));
        Assert.True(differences.Count == 0, $"{what}:\n{string.Join('\n', differences)}");
        Assert.True(now["server_problems"]!.AsArray().Count == 0, $"{what}: {now["server_problems"]}");
    }

    private static IReadOnlyList<JsonObject> All(this LocalBackend backend, string kind) =>
        [.. backend.State()[kind]!.AsArray().Select(entry => entry!.AsObject())];
}
