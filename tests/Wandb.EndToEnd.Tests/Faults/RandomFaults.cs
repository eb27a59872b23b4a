using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;

namespace Wandb.EndToEnd.Tests.Faults;

/// <summary>A run, and what a network and a server do to those who send it.</summary>
internal static class RandomFaults
{
    /// <summary>A finished run of everything that is sent in a way of its own.</summary>
    public static string Place(TrainerFolder folder, string runId)
    {
        var file = folder.Place(new RunRecords(runId).Start()
            .Rows(0, 20, padding: 300).Event(1).Console("one\n").Alert("slow").Rows(20, 10, padding: 300).File("a.txt").File("b.txt").Event(2)
            .Artifact(folder.Artifact("data", "content")).Artifact(folder.Artifact("model", "weights")).Console("two\n").Exit());
        TrainerFolder.PlaceFile(file, "a.txt", "a");
        TrainerFolder.PlaceFile(file, "b.txt", new string('b', 100_000));
        return file;
    }

    public static List<FaultRule> Schedule(Random random) => [.. Enumerable.Range(0, random.Next(4, 10)).Select(_ => new FaultRule(
        random.GetItems(["graphql", "filestream", "put", "*"], 1)[0], Action(random))
    {
        Skip = random.Next(0, 8),
        Count = random.Next(1, 4),
        Probability = random.Next(2) == 0 ? 1 : 0.5,
    })];

    private static FaultAction Action(Random random) => random.Next(8) switch
    {
        0 => new FaultAction.Status(random.GetItems([500, 502, 503, 504], 1)[0]),
        1 => new FaultAction.Status(503, Apply: true),
        2 => new FaultAction.Status(429, RetryAfterSeconds: 0.01),
        3 => new FaultAction.DropBefore(),
        4 or 5 => new FaultAction.DropAfter(),
        6 => new FaultAction.CutRequest(),
        _ => new FaultAction.CloseMidBody(),
    };

    /// <summary>The server cannot recognise a repeated alert: where its answer was lost it may have it once more.</summary>
    public static JsonObject WithRepeatedAlerts(JsonObject wanted, LocalBackend backend)
    {
        var mayRepeat = backend.Trace.Count(request => request.Kind == "graphql:NotifyScriptableRunAlert" && request.Fault is not null);
        var expected = (JsonObject)wanted.DeepClone();
        var alerts = expected["runs"]![0]!["alerts"]!.AsArray();
        for (var applied = backend.Runs()[0]["alerts"]!.AsArray().Count; applied > 1 && mayRepeat > 0; applied--, mayRepeat--)
            alerts.Add(alerts[0]!.DeepClone());
        return expected;
    }
}
