using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.Sandbox.Backend.Faults;
using Wandb.Sandbox.Commands;
using Xunit;

namespace Wandb.EndToEnd.Tests.Telemetry;

/// <summary>What a collector is sent over OTLP. One class: two agents with metrics in one process would count each other's.</summary>
public sealed class TelemetryTests : WatchTest
{
    /// <summary>As in docs/observability.md.</summary>
    private static readonly IReadOnlyDictionary<string, string> Units = new Dictionary<string, string>
    {
        ["wandb.agent.records.read"] = "{record}",
        ["wandb.agent.records.acknowledged"] = "{record}",
        ["wandb.agent.records.lost"] = "{record}",
        ["wandb.agent.records.skipped"] = "{record}",
        ["wandb.agent.items.set_aside"] = "{item}",
        ["wandb.agent.upload.duration"] = "s",
        ["wandb.agent.lag"] = "s",
        ["wandb.agent.backlog.size"] = "By",
        ["wandb.agent.backlog.records"] = "{record}",
        ["wandb.agent.runs"] = "{run}",
        ["wandb.agent.checkpoint.age"] = "s",
    };

    [Fact]
    public async Task Watch_sends_metrics_and_spans_with_their_names_and_units_and_without_run_ids()
    {
        await using var collector = new OtlpDouble();
        Backend.Faults.Set([new FaultRule("filestream", new FaultAction.Status(429))]);
        Folder.Place(new RunRecords("sekret1").Start().Rows(0, 5).Exit());

        var run = await Watching(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=ml")).WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        var metrics = collector.Metrics();
        Assert.Equal(Units.OrderBy(unit => unit.Key, StringComparer.Ordinal), metrics.Values.ToDictionary(metric => metric.Name, metric => metric.Unit).OrderBy(unit => unit.Key, StringComparer.Ordinal));
        var records = (double)run.Report["records"]!;
        Assert.Equal((records, records, 0), (Value("wandb.agent.records.read"), Value("wandb.agent.records.acknowledged"), Value("wandb.agent.records.lost")));
        Assert.Equal(1, Value("wandb.agent.runs", "wandb.run.state=synced"));
        Assert.Equal(0, Value("wandb.agent.runs", "wandb.run.state=running"));
        Assert.Equal(0, Value("wandb.agent.backlog.size"));
        Assert.Equal(1, Value("wandb.agent.upload.duration", "error.type=429 wandb.upload.kind=file_stream wandb.upload.outcome=rate_limited"));
        Assert.Equal(
            StreamRequests.Count - 1, Value("wandb.agent.upload.duration", "wandb.upload.kind=file_stream wandb.upload.outcome=accepted"));
        var spans = collector.Spans();
        Assert.Equal(Backend.Trace.Count, spans.Count);
        Assert.Contains("file_stream wandb.upload.outcome=rate_limited http.response.status_code= error.type=429", spans);
        Assert.All(collector.Exports, export => Assert.Contains("x-tenant: ml", export.Headers, StringComparison.OrdinalIgnoreCase));
        Assert.All(collector.Exports, export => Assert.DoesNotContain("sekret1", export.Body.ToStringUtf8(), StringComparison.Ordinal));
        Assert.All(collector.Exports, export => Assert.Contains("wandb-agent", export.Body.ToStringUtf8(), StringComparison.Ordinal));

        double Value(string name, string attributes = "") => metrics[name].Points[attributes];
    }

    [Fact]
    public async Task Sync_sends_them_too()
    {
        await using var collector = new OtlpDouble();
        Folder.Place(new RunRecords("once").Start().Rows(0, 5).Exit());

        var run = await Watching(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url)).SyncAsync(Stop, Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        var metrics = collector.Metrics();
        Assert.Equal(((double)run.Report["records"]!, 1), (metrics["wandb.agent.records.acknowledged"].Points[""], metrics["wandb.agent.runs"].Points["wandb.run.state=synced"]));
        Assert.Equal(Backend.Trace.Count, collector.Spans().Count);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Sync_says_at_its_end_that_a_collector_is_away()
    {
        Folder.Place(new RunRecords("once").Start().Rows(0, 5).Exit());

        var run = await Watching(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:1/v1/metrics")).SyncAsync(Stop, Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal("telemetry: http://127.0.0.1:1/v1/metrics cannot be reached\n", run.Error);
    }

    [Fact]
    public async Task Collector_may_speak_grpc_behind_a_certificate_that_the_machine_trusts()
    {
        await using var collector = await GrpcDouble.StartAsync(Folder.Root, Stop);
        var file = GrowingFile.In(Folder, "grpc");
        var records = new RunRecords("grpc").Start().Rows(0, 5);
        file.GrowTo(records);
        var start = AgentProcess.StartInfo(AgentProcess.BuiltAgent, ["watch", "--exit-when-done", Folder.Wandb], Backend.Url, Backend.ApiKey);
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        start.Environment["SSL_CERT_FILE"] = collector.CertificateFile;
        // While it runs: what is left at its end has 2 s, in which a busy machine does not even compile what speaks TLS.
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "100";
        start.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        using var output = new StringWriter();

        var agent = AgentProcess.RunAsync(start, output, Stop);
        await UntilAsync(() => Paths().Length == 2, agent, "both signals came");
        file.GrowTo(records.Exit());

        Assert.True(await agent == 0, output.ToString());
        Assert.Equal(["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"], Paths());
        Assert.Contains(collector.Calls, call => call.Body.ToStringUtf8().Contains("wandb.agent.records.read", StringComparison.Ordinal));

        string[] Paths() => [.. collector.Calls.Select(call => call.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Sidecar_counts_reports_that_the_operator_does_not_take()
    {
        await using var collector = new OtlpDouble();
        GrowingFile.In(Folder, "alone").GrowTo(new RunRecords("alone").Start().Rows(0, 3).Exit());
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = Watching(
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", collector.Url + "/v1/metrics"),
            ("OTEL_SERVICE_NAME", "sidecar-of-train"),
            (AgentEnvironment.Roots, Folder.Wandb),
            (AgentEnvironment.ReportUrl, "http://127.0.0.1:1/v1/reports"),
            (AgentEnvironment.GraceSeconds, "5")).RunAsync(["run", "--output", "json"], signal.Token);
        await UntilAsync(() => Find("alone") is { } run && (bool)run["complete"]!, agent, "the run was closed");

        var run = await EndAsync(signal, agent);

        Assert.True(run.Status == 0, run.ToString());
        Assert.True(collector.Metrics()["wandb.agent.reports.failed"].Points[""] >= 1);
        Assert.All(collector.Exports, export => Assert.Equal("/v1/metrics", export.Path));
        Assert.Contains("sidecar-of-train", collector.Exports[^1].Body.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_that_is_away_is_told_and_keeps_nothing_waiting()
    {
        var file = GrowingFile.In(Folder, "away");
        file.GrowTo(new RunRecords("away").Start().Rows(0, 3));
        var agent = Watching(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_METRIC_EXPORT_INTERVAL", "20"))
            .WatchAsync(Stop, "--exit-when-done", Folder.Wandb);
        await UntilAsync(() => Problems().Contains("telemetry: http://127.0.0.1:1/v1/metrics cannot be reached"), agent, "the problem was told");
        file.GrowTo(new RunRecords("away").Start().Rows(0, 5).Exit());

        var run = await agent;

        Assert.True(run.Status == 0, run.ToString());
        Assert.Equal(5, Find("away")!.Steps().Count);
    }

    [Fact]
    public async Task Wrong_endpoint_is_told_and_the_work_goes_on()
    {
        Folder.Place(new RunRecords("wrong").Start().Rows(0, 3).Exit());

        var run = await Watching(("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")).WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(run.Status == 0, run.ToString());
        Assert.Contains(Problems(), problem => problem.Contains("no http or https URL", StringComparison.Ordinal));
    }

    private AgentSetup Watching(params (string Name, string Value)[] variables) =>
        Agent with { Environment = variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value) };

    private IReadOnlyList<string> Problems()
    {
        var path = Path.Combine(Folder.Wandb, ".wandb-agent", "status.json");
        return File.Exists(path) ? [.. JsonNode.Parse(File.ReadAllText(path))!["problems"]!.AsArray().Select(problem => (string)problem!)] : [];
    }
}
