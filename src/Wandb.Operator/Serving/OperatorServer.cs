using System.Diagnostics;
using System.Net;
using k8s;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wandb.Operator.Admission;
using Wandb.Operator.Certificates;
using Wandb.Operator.Injection;
using Wandb.Operator.Leadership;
using Wandb.Operator.Reports;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Serving;

/// <summary>The whole of <c>serve</c>, put together: options, API server, certificates, leadership, caches and controllers, endpoints.</summary>
internal sealed class OperatorServer : IAsyncDisposable
{
    // With the time for draining, less than the 10 s that the end may take.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    // An API server and some hundred agents keep connections open.
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly OperatorOptions _options;
    private readonly TimeProvider _time;

    private OperatorServer(WebApplication app, OperatorOptions options, TimeProvider time) => (_app, _options, _time) = (app, options, time);

    public IServiceProvider Services => _app.Services;

    /// <summary>What is listened on; nothing before <see cref="StartAsync"/>.</summary>
    public IReadOnlyCollection<Uri> Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)))];

    /// <param name="options">Valid.</param>
    /// <param name="environment">For OpenTelemetry.</param>
    /// <param name="services">Called last: what it registers takes the place of ours.</param>
    public static OperatorServer Create(
        OperatorOptions options, OperatorDefaults defaults, KubernetesClientConfiguration access, IReadOnlyDictionary<string, string?> environment,
        TimeProvider time, Action<ILoggingBuilder> logging, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        var serving = new ServingCertificate(time);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, options, serving));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(provider => new KubernetesApi(access, time));
        OperatorTelemetry.Add(builder, environment);

        builder.Services.AddSingleton<Draining>();
        builder.Services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<Draining>());
        builder.Services.AddSingleton<ServerPorts>();
        builder.Services.AddSingleton<HealthEndpoints>();
        builder.Services.AddSingleton<MetricsEndpoint>();
        builder.Services.AddCertificates(options, serving);
        builder.Services.AddLeadership(options);

        builder.Services.AddRunReconciliation(defaults, [.. options.WatchNamespaces.Distinct(StringComparer.Ordinal)]);

        builder.Services.AddSingleton<AdmissionEndpoint>();
        builder.Services.AddSingleton<FirstReview>();
        builder.Services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<FirstReview>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<FirstReview>());
        builder.Services.AddSingleton<ITokenCheck, TokenReviewer>();
        builder.Services.AddSingleton<ReportEndpoint>();
        builder.Services.AddSingleton<ReportForwarding>();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.Services.GetRequiredService<ExportNotices>().Begin(app.Services.GetRequiredService<ILogger<ExportNotices>>());
        app.Services.GetRequiredService<OperatorMetrics>().ObserveCertificate(() => serving.Lifetime);
        app.Use(NoTraceOfProbes);
        app.Use(OnlyHealthWithoutTls);
        app.Use(next => context => app.Services.GetRequiredService<ReportForwarding>().InvokeAsync(context, next));
        app.UseRouting();
        app.Services.GetRequiredService<HealthEndpoints>().Map(app);
        app.Services.GetRequiredService<MetricsEndpoint>().Map(app);
        app.Services.GetRequiredService<AdmissionEndpoint>().Map(app);
        app.Services.GetRequiredService<ReportEndpoint>().Map(app);
        return new OperatorServer(app, options, time);
    }

    /// <exception cref="IOException">A port is taken.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        await _app.StartAsync(ct);
        _app.Services.GetRequiredService<ServerPorts>().Listening(Addresses.First(address => address.Scheme == Uri.UriSchemeHttps).Port);
    }

    /// <summary>
    /// 1. Not ready any more, and leads no more. 2. Takes requests until no Service leads here. 3. Ends requests that are under way, then
    /// everything else.
    /// </summary>
    public async Task StopAsync()
    {
        // 1.
        _app.Services.GetRequiredService<Draining>().Begin();
        // 2.
        await Task.Delay(TimeSpan.FromSeconds(_options.DrainSeconds), _time, CancellationToken.None);
        // 3.
        await _app.StopAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Listen(KestrelServerOptions kestrel, OperatorOptions options, ServingCertificate serving)
    {
        kestrel.AddServerHeader = false;
        Listen(kestrel, options.Listen, options.HealthPort, _ => { });
        Listen(kestrel, options.Listen, options.HttpsPort, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeLimit,
            OnConnection = _ => ValueTask.FromResult(serving.HandshakeOptions()),
        }));
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port, Action<ListenOptions> configure)
    {
        if (address == "*")
            kestrel.ListenAnyIP(port, configure);
        else
            kestrel.Listen(IPAddress.Parse(address), port, configure);
    }

    /// <summary>Probes and scrapes come every few seconds and tell nothing.</summary>
    private static Task NoTraceOfProbes(HttpContext context, RequestDelegate next)
    {
        if (IsProbe(context.Request.Path) && context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
        return next(context);
    }

    private static bool IsProbe(PathString path) => path == HealthEndpoints.Health || path == HealthEndpoints.Readiness || path == MetricsEndpoint.Path;

    /// <summary>Reviews and tokens travel encrypted or not at all.</summary>
    private static Task OnlyHealthWithoutTls(HttpContext context, RequestDelegate next)
    {
        if (context.Request.IsHttps || IsProbe(context.Request.Path))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
