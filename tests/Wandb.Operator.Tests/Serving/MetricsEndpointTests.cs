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
        Assert.Contains("# TYPE wandb_operator_cache_objects gauge", await answer.Content.ReadAsStringAsync(OperatorCluster.Token), StringComparison.Ordinal);
    }
}
