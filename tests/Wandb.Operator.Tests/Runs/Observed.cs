using System.Globalization;
using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Reports;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Builds observations: an Indexed Job <c>train</c> whose pods write one run each.</summary>
internal static class Observed
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Begin.AddHours(1);

    private static readonly string[] Suffixes = ["bbbbb", "ccccc", "ddddd"];

    public static RunObservation Of(WandbRunSpec spec, params (PodObservation Pod, PodReport? Report)[] pods) =>
        new()
        {
            Spec = spec,
            Generation = 1,
            Pods = [.. pods.Select(pod => pod.Pod)],
            Reports = [.. pods.Select(pod => pod.Report).OfType<PodReport>()],
            Now = Now,
        };

    public static PodObservation Pod(int index, int attempt = 0) =>
        new()
        {
            Uid = $"u{index}-{attempt}",
            Name = $"train-{index}-{Suffixes[attempt]}",
            Node = "n1",
            CreatedAt = Begin.AddMinutes(20 * attempt),
            OwnerUid = "job1",
            Index = index,
            IsInjected = true,
            HasBegun = true,
        };

    public static PodReport Report(PodObservation pod, params ReportedRun[] runs) => Report(pod, BackendState.Reachable, "", runs);

    public static PodReport Report(PodObservation pod, BackendState backend, string reason, params ReportedRun[] runs) =>
        new(
            new PodIdentity("ns", pod.Name, pod.Uid),
            new AgentReport
            {
                AgentVersion = "1",
                SentAt = Begin.AddMinutes(30),
                State = AgentState.Following,
                Backend = new BackendReport { BaseUrl = new Uri("http://wandb"), State = backend, Reason = reason },
                Runs = runs,
            },
            Begin.AddMinutes(30));

    /// <summary>The pod is over; its agent told this last.</summary>
    public static (PodObservation Pod, PodReport? Report) Done(PodObservation pod, params ReportedRun[] runs) => (pod with { IsOver = true }, Report(pod, runs));

    /// <summary>The agent ends after it.</summary>
    public static PodReport Last(PodReport report) => report with { Report = report.Report with { State = AgentState.Done, IsLast = true } };

    /// <summary>The agent copes with something.</summary>
    public static PodReport Hindered(PodReport report) => report with
    {
        Report = report.Report with { Problems = ["checkpoints of 1 run file cannot be written (no room): nothing is lost", "the collector is away"] },
    };

    public static ReportedRun Run(PodObservation pod, ReportedRunState state, int? exitCode = null, double? loss = null, string? id = null) =>
        new()
        {
            Id = id ?? $"r-{pod.Uid}",
            Project = "p",
            Group = "g",
            Container = "main",
            File = "/x.wandb",
            State = state,
            StartedAt = pod.CreatedAt!.Value.AddMinutes(1),
            FinishedAt = exitCode is null ? null : pod.CreatedAt.Value.AddMinutes(10),
            RowsRead = 10,
            RowsAcknowledged = state is ReportedRunState.Synced or ReportedRunState.Unfinished ? 10 : 7,
            ExitCode = exitCode,
            ReceiptDigest = state == ReportedRunState.Synced ? "d" : null,
            Summary = loss is { } value
                ? new Dictionary<string, JsonElement> { ["loss"] = JsonDocument.Parse(value.ToString("R", CultureInfo.InvariantCulture)).RootElement }
                : [],
        };

    public static string Text(WandbRunStatus status) => JsonSerializer.Serialize(new WandbRun { Metadata = new ObjectMeta(), Status = status }, OperatorJson.Default.WandbRun);

    /// <summary>As it comes back from the API server.</summary>
    public static WandbRunStatus Stored(WandbRunStatus status) => JsonSerializer.Deserialize(Text(status), OperatorJson.Default.WandbRun)!.Status!;

    /// <summary><c>Synced=False/Running …</c></summary>
    public static string Conditions(WandbRunStatus status) =>
        string.Join(' ', status.Conditions!.Select(condition => $"{condition.Type}={condition.Status}/{condition.Reason}"));
}
