using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Whatever a pod tells: the API server takes the status that is made of it, once, and the WandbRuns of others go on.</summary>
public sealed class HostileStatusTests
{
    private const int Rounds = 10;

    // Of the operator's clock more than the 5 s between two writes of one object, at any speed of the test's.
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    private static readonly string[] Texts = ["", " ", "\0\t\r\n\u0085\u2028\uFEFF", "🙂", "yes", "- a: &b [*c]", "%TAG ! x", "'\"\\", "1e5", "~"];

    private static readonly string[] Values = ["1e999", "-0.0", "123456789012345678901234567890", "0.12345678901234567890", "\"\\ud83d\"", "null", "{\"a\":{\"\":[1e-400]}}", "\"1\""];

    [Fact]
    public async Task Anything_that_is_told_makes_a_status_that_the_API_server_takes_once()
    {
        await using var cluster = await LocalRuns.StartAsync();
        var metrics = Values.Select((_, index) => $"m{index}").ToList();
        await cluster.CreateRunAsync("r", JsonSerializer.Serialize(new { summaryMetrics = metrics }));
        var pods = new[] { await cluster.CreatePodAsync("one", "r"), await cluster.CreatePodAsync("two", "r") };

        foreach (var pod in pods)
            cluster.Report(pod, [.. Texts.Select((text, index) => Run(text, index, metrics))]);
        var first = await cluster.UntilStatusAsync("r", status => status.Counts?.Total == 2 * Texts.Length);
        foreach (var pod in pods)
            await cluster.EndPodAsync(pod.Name, 0);
        var ended = await cluster.UntilStatusAsync("r", status => status.Conditions!.Any(condition => condition is { Type: ConditionTypes.Finished, Status: "True" }));
        // What happens to the pods may still be written; a status that comes back changed would never come to rest.
        var isAtRest = false;
        for (var round = 0; round < Rounds && !isAtRest; round++)
        {
            var before = await VersionAsync(cluster);
            await LetTimePassAsync(cluster, round);
            isAtRest = await VersionAsync(cluster) == before;
        }

        Assert.Equal(2 * Texts.Length, first.Runs!.Count);
        Assert.Equal(["m1", "m2", "m3", "m4", "m6", "m7"], ended.Runs![0].Summary!.Keys);
        Assert.True(isAtRest, "the status is written again and again");
        Assert.DoesNotContain(cluster.Metrics.Lines, line => line.Contains("outcome=error", StringComparison.Ordinal) || line.Contains("outcome=terminal", StringComparison.Ordinal));
    }

    /// <summary>The WandbRuns of others are served in that time.</summary>
    private static async Task LetTimePassAsync(LocalRuns cluster, int round)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var other = 0; TimeProvider.System.GetElapsedTime(begun) < Round; other++)
        {
            await cluster.CreateRunAsync($"other-{round}-{other}");
            await cluster.UntilStatusAsync($"other-{round}-{other}", _ => true);
        }
    }

    private static async Task<string> VersionAsync(LocalRuns cluster) =>
        (await cluster.SendAsync(HttpMethod.Get, $"/apis/{ResourceNames.ApiVersion}/namespaces/{LocalRuns.Namespace}/{ResourceNames.Runs}/r"))
        .GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    private static ReportedRun Run(string text, int index, IReadOnlyList<string> metrics) => new()
    {
        Id = $"{index}{text}",
        Name = text,
        Entity = text,
        Project = text,
        Group = text,
        JobType = text,
        Container = index % 2 == 0 ? "main" : text,
        File = text,
        State = (ReportedRunState)(index % Enum.GetValues<ReportedRunState>().Length),
        StartedAt = index % 3 == 0 ? DateTimeOffset.MaxValue : index % 3 == 1 ? DateTimeOffset.MinValue.ToOffset(TimeSpan.Zero) : null,
        FinishedAt = index % 2 == 0 ? DateTimeOffset.MinValue : null,
        LastStep = index % 2 == 0 ? long.MinValue : long.MaxValue,
        RowsRead = 1L << 48,
        BytesRead = 1L << 48,
        BacklogBytes = 1L << 48,
        Files = int.MaxValue,
        ExitCode = index % 2 == 0 ? int.MinValue : int.MaxValue,
        ExitReason = text,
        ReceiptDigest = text,
        Message = text,
        Summary = metrics.Zip(Values).ToDictionary(pair => pair.First, pair => JsonDocument.Parse(pair.Second).RootElement),
    };
}
