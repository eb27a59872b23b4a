using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Wandb.Operator.Tests.Serving;

/// <summary>What a collector gets of the operator, over OTLP and HTTP.</summary>
public sealed class OperatorTelemetryTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "", "/v1/logs /v1/metrics /v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/mine", "/mine")]
    [InlineData("OTEL_SOMETHING_ELSE", "", "")]
    public async Task Signals_go_where_the_environment_names_an_endpoint_for_them(string variable, string path, string expected)
    {
        var exports = new ConcurrentDictionary<string, string>();
        await using var collector = await CollectorAsync(exports);
        await using var cluster = await OperatorCluster.StartAsync();
        var server = await cluster.StartReplicaAsync(OperatorCluster.Options("a"), logging: static logging => logging.SetMinimumLevel(LogLevel.Information), environment: new Dictionary<string, string?>
        {
            [variable] = collector.Urls.Single() + path,
            ["OTEL_SERVICE_NAME"] = "the-operator",
        });
        cluster.Route(server);
        await OperatorCluster.UntilReadyAsync(server);
        await cluster.CreateAsync(OperatorCluster.Pods, """{"metadata":{"name":"p","annotations":{"wandb-operator.io/run":"r"}},"spec":{"nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");

        await cluster.StopAsync(server);

        Assert.Equal(expected, string.Join(' ', exports.Keys.Order(StringComparer.Ordinal)));
        Assert.All(exports.Values, body => Assert.Contains("the-operator", body, StringComparison.Ordinal));
        if (exports.TryGetValue("/v1/metrics", out var metrics))
            Assert.Contains("wandb.operator.admission.duration", metrics, StringComparison.Ordinal);
        if (exports.TryGetValue("/v1/traces", out var traces))
            Assert.Contains("/admission/pods", traces, StringComparison.Ordinal);
        if (exports.TryGetValue("/v1/logs", out var logs))
            Assert.Contains("Controller wandbruns starts to work", logs, StringComparison.Ordinal);
    }

    /// <param name="exports">By path, what was sent there; names in it can be read.</param>
    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, string> exports)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body, Encoding.Latin1);
            var text = await body.ReadToEndAsync(context.RequestAborted);
            exports.AddOrUpdate(context.Request.Path, text, (_, before) => before + text);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
