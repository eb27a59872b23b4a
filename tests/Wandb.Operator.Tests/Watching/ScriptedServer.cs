using System.Net;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

/// <summary>An API server that says what a test wants, also what no sound server says.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _url;

    private ScriptedServer(WebApplication app) =>
        (_app, _url) = (app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));

    public static async Task<ScriptedServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ScriptedServer(app);
    }

    public KubernetesApi Api(TimeProvider? time = null, string path = "")
    {
        var configuration = new KubernetesClientConfiguration
        {
            Host = new Uri(_url, path).AbsoluteUri,
            AccessToken = "token-of-the-test",
            DisableHttp2 = true,
        };
        return new KubernetesApi(configuration, time ?? TimeProvider.System);
    }

    /// <summary>A whole answer, with the fields of a Status when it is none of 2xx.</summary>
    public static Task AnswerAsync(HttpContext context, int code, string body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    public static string Status(HttpStatusCode code, string reason) => $$"""
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"because of the test","reason":"{{reason}}",
         "code":{{(int)code}}}
        """;

    public async ValueTask DisposeAsync()
    {
        // Watches that are open have no end of their own.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
