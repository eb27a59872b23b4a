using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class SnapshotTests
{
    [Fact]
    public void Every_snapshot_survives_generated_json()
    {
        var config = new ConfigTree();
        ConfigTreeTests.Apply(config, ("a", """{"b":[NaN,"ü"]}"""));
        AssertSurvives(config.ToSnapshot(), SnapshotJson.Default.ConfigTreeSnapshot);

        var telemetry = new TelemetryFields();
        telemetry.Apply(new TelemetryRecord { Feature = TelemetryFieldsTests.Flags(4, 7), CliVersion = "0.28.2", Label = new TelemetryLabel { CodeString = "c" } });
        AssertSurvives(telemetry.ToSnapshot(), SnapshotJson.Default.TelemetrySnapshot);

        var metrics = new MetricDefinitions();
        metrics.Apply(new MetricRecord { Name = "loss", StepMetric = "epoch", Summary = new MetricSummary { Min = true }, Goal = 1 });
        metrics.Apply(new MetricRecord { GlobName = "val/*" });
        AssertSurvives(metrics.ToSnapshot(), SnapshotJson.Default.MetricDefinitionsSnapshot);

        var environment = new EnvironmentDocument();
        environment.Apply(new EnvironmentRecord { Os = "Linux", CpuCount = 2 });
        AssertSurvives(environment.ToSnapshot(), SnapshotJson.Default.EnvironmentSnapshot);

        var identity = new RunIdentity(RunOverrides.None);
        identity.Apply(new RunRecord { RunId = "r", Tags = { "a" }, StartTime = new Timestamp { Seconds = 5, Nanos = 100 }, BranchPoint = new BranchPoint { Run = "b", Value = 7 } });
        identity.Acknowledge(identity.Variables);
        AssertSurvives(identity.ToSnapshot(), SnapshotJson.Default.RunIdentitySnapshot);

        var screen = new ConsoleScreen(DateTimeOffset.UnixEpoch);
        screen.Write(true, "x😀\n\e"u8, DateTimeOffset.UnixEpoch.AddTicks(1), "label");
        screen.AppendLines(false, string.Concat(Enumerable.Repeat("line\n", 40)).Select(character => (byte)character).ToArray(), time: null);
        AssertSurvives(screen.ToSnapshot(), SnapshotJson.Default.ConsoleScreenSnapshot);
    }

    private static void AssertSurvives<T>(T snapshot, JsonTypeInfo<T> type) =>
        Assert.Equivalent(snapshot, JsonSerializer.Deserialize(JsonSerializer.Serialize(snapshot, type), type), strict: true);
}
