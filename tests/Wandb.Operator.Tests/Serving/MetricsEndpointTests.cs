using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Wandb.Operator.Serving;

namespace Wandb.Operator.Tests.Serving;

public sealed class MetricsEndpointTests
{
    [Fact]
    public void Metrics_are_written_as_prometheus_reads_them()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var endpoint = new MetricsEndpoint(services.GetRequiredService<IMeterFactory>());
        var metrics = new OperatorMetrics(services.GetRequiredService<IMeterFactory>());
        using var queue = metrics.ObserveQueue("runs", () => 7);

        metrics.Admitted("Pod", "injected", TimeSpan.FromMilliseconds(2));
        metrics.Admitted("Pod", "injected", TimeSpan.FromSeconds(200));
        metrics.ReportReceived("odd \"word\"\\\n");
        metrics.ReportReceived("odd \"word\"\\\n");
        var lines = endpoint.Text().Split('\n');

        Assert.Contains("# TYPE wandb_operator_admission_duration_seconds histogram", lines);
        Assert.Contains("""wandb_operator_admission_duration_seconds_bucket{wandb_admission_kind="Pod",wandb_admission_outcome="injected",le="0.001"} 0""", lines);
        Assert.Contains("""wandb_operator_admission_duration_seconds_bucket{wandb_admission_kind="Pod",wandb_admission_outcome="injected",le="0.0025"} 1""", lines);
        Assert.Contains("""wandb_operator_admission_duration_seconds_bucket{wandb_admission_kind="Pod",wandb_admission_outcome="injected",le="+Inf"} 2""", lines);
        Assert.Contains("""wandb_operator_admission_duration_seconds_count{wandb_admission_kind="Pod",wandb_admission_outcome="injected"} 2""", lines);
        Assert.Contains("""wandb_operator_admission_duration_seconds_sum{wandb_admission_kind="Pod",wandb_admission_outcome="injected"} 200.002""", lines);
        Assert.Contains("""wandb_operator_reports_received_total{wandb_report_outcome="odd \"word\"\\\n"} 2""", lines);
        Assert.Contains("""wandb_operator_queue_depth{wandb_controller="runs"} 7""", lines);
    }

    [Fact]
    public void Operators_of_one_process_do_not_see_each_other()
    {
        using var one = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var endpoint = new MetricsEndpoint(one.GetRequiredService<IMeterFactory>());

        new OperatorMetrics(other.GetRequiredService<IMeterFactory>()).ReportReceived("taken");

        Assert.DoesNotContain("taken", endpoint.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_served_without_tls_beside_health()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var server = await cluster.StartReplicaAsync(OperatorCluster.Options("one"));
        await OperatorCluster.UntilReadyAsync(server);
        using var client = new HttpClient(new SocketsHttpHandler());
        var port = server.Addresses.Single(address => address.Scheme == "http").Port;

        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}{MetricsEndpoint.Path}"), OperatorCluster.Token);

        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync(OperatorCluster.Token);
        Assert.Contains("# TYPE wandb_operator_cache_objects gauge", text, StringComparison.Ordinal);
        // 90 days, of which a moment has gone.
        Assert.Matches(@"(?m)^wandb_operator_certificate_lifetime_seconds 77[67]\d{4}(\.\d+)?$", text);
    }

    [Fact]
    public async Task Probes_and_scrapes_leave_no_trace_and_everything_else_does()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var server = await cluster.StartReplicaAsync(OperatorCluster.Options("one"));
        await OperatorCluster.UntilReadyAsync(server);
        var recorded = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => recorded[activity.TraceId.ToHexString()] = activity.Recorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        var port = server.Addresses.Single(address => address.Scheme == "http").Port;

        var traces = new Dictionary<string, string>();
        foreach (var path in new[] { HealthEndpoints.Health, HealthEndpoints.Readiness, MetricsEndpoint.Path, "/other" })
        {
            traces[path] = ActivityTraceId.CreateRandom().ToHexString();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
            request.Headers.Add("traceparent", $"00-{traces[path]}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            using var answer = await client.SendAsync(request, OperatorCluster.Token);
        }
        await OperatorCluster.UntilAsync(() => Task.FromResult(traces.Values.All(recorded.ContainsKey)), "traced");

        Assert.Equal([false, false, false, true], traces.Values.Select(trace => recorded[trace]));
    }
}
