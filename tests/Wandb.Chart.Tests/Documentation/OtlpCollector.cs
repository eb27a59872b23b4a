using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>Takes whatever is sent over OTLP, and knows which signals came.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _paths = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private OtlpCollector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context =>
        {
            _paths[context.Request.Path.Value ?? ""] = true;
            return Task.CompletedTask;
        });
    }

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Each once.</summary>
    public IReadOnlyCollection<string> Paths => [.. _paths.Keys];

    public static async Task<OtlpCollector> StartAsync(CancellationToken ct)
    {
        var collector = new OtlpCollector();
        await collector._app.StartAsync(ct);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
