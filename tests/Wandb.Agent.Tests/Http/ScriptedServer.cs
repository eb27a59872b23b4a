using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Wandb.Agent.Tests.Http;

/// <summary>A real HTTP server on 127.0.0.1 that answers as the test says and keeps what it was sent.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly List<Received> received = [];

    private ScriptedServer(WebApplication app) => this.app = app;

    internal Uri Url { get; private set; } = new("http://127.0.0.1");

    internal IReadOnlyList<Received> Requests
    {
        get
        {
            lock (gate)
                return [.. received];
        }
    }

    /// <param name="answer">Called for each request; its number starts at 1.</param>
    internal static async Task<ScriptedServer> StartAsync(Func<Received, Reply> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        var server = new ScriptedServer(builder.Build());
        server.app.Run(context => server.HandleAsync(context, answer));
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        server.Url = new Uri(addresses!.Addresses.Single());
        return server;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task HandleAsync(HttpContext context, Func<Received, Reply> answer)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Received request;
        lock (gate)
        {
            request = new Received(
                received.Count + 1,
                context.Request.Method,
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray());
            received.Add(request);
        }

        var reply = answer(request);
        if (reply.WaitFor is { } wait)
            await wait.WaitAsync(context.RequestAborted);
        if (reply.CutBefore)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
            context.Response.Headers[name] = value;
        context.Response.ContentLength = reply.Body.Length;
        await context.Response.Body.WriteAsync(reply.CutMidBody ? reply.Body.AsMemory(0, reply.Body.Length / 2) : reply.Body, context.RequestAborted);
        if (!reply.CutMidBody)
            return;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }
}
