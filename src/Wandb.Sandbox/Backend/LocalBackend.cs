using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Wandb.Sandbox.Backend.Faults;
using Wandb.Sandbox.Backend.Http;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend;

/// <summary>
/// A server on 127.0.0.1 that speaks W&amp;B's protocol as far as offline runs need it, keeps what it is sent on disk, and fails on demand.
/// It listens until it is disposed; with a temporary folder everything is gone then.
/// </summary>
internal sealed class LocalBackend : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly LocalBackendOptions options;
    private readonly BackendState state;
    private readonly RequestTrace trace = new();
    private readonly RequestPipeline pipeline;

    private LocalBackend(LocalBackendOptions options)
    {
        this.options = options;
        Faults = new FaultSet(options.Time, options.FaultSeed);
        Faults.Set(options.Faults);
        state = new BackendState(StorageFolder.Open(options.Directory), options.Time);
        pipeline = new RequestPipeline(options, state, Faults, trace);
        app = Build(options.Port);
        app.Run(HandleAsync);
    }

    /// <summary>Base URL with a closing slash: what WANDB_BASE_URL wants.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>The key that is let in: what WANDB_API_KEY wants.</summary>
    public string ApiKey => options.ApiKey;

    /// <summary>Fault rules; may be set at any time.</summary>
    public FaultSet Faults { get; }

    /// <summary>The requests so far, in order of their answers.</summary>
    public IReadOnlyList<TraceEntry> Trace => trace.Snapshot();

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken, or the directory cannot be used.</exception>
    public static async Task<LocalBackend> StartAsync(LocalBackendOptions options, CancellationToken cancellationToken)
    {
        var backend = new LocalBackend(options);
        await backend.app.StartAsync(cancellationToken);
        var address = backend.app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        backend.Url = new Uri(address + "/");
        return backend;
    }

    /// <summary>Everything that clients have stored, as one document of its own; its shape is told at <see cref="StateDocument"/>.</summary>
    /// <remarks>Read back from its text, so that every number converts to every type that can hold it.</remarks>
    public JsonObject State() =>
        (JsonObject)JsonNode.Parse(StateText(), documentOptions: new JsonDocumentOptions { MaxDepth = ExtendedJson.MaxDepth })!;

    /// <summary><see cref="State"/> as UTF-8 text.</summary>
    public byte[] StateText()
    {
        lock (state.Gate)
        {
            return BackendAnswer.Json(StatusCodes.Status200OK, StateDocument.Of(state, Faults.Hits)).Body;
        }
    }

    /// <summary>One line for each run, in order of entity, project and name.</summary>
    public IReadOnlyList<RunOverview> Overviews()
    {
        lock (state.Gate)
        {
            return [.. state.Runs.Select(run => RunOverview.Of(run, state))];
        }
    }

    /// <summary>The runs that <paramref name="name"/> may mean; see <see cref="BackendState.RunsNamed"/>.</summary>
    public IReadOnlyList<RunDetails> Details(string name)
    {
        lock (state.Gate)
        {
            return [.. state.RunsNamed(name).Select(run => RunDetails.Of(run, state))];
        }
    }

    /// <summary>Stops listening; requests under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        state.Folder.Dispose();
    }

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;

            // Artifacts have no limit, and a slow test is no attack.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        return builder.Build();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of a request: a mistake of this server must be seen in the state, not only as a 500.")]
    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception error) when (error is OperationCanceledException or BadHttpRequestException or ConnectionResetException
            || context.RequestAborted.IsCancellationRequested)
        {
            // The client went away, or a fault cut it off: nobody is left to be answered.
            context.Abort();
        }
        catch (Exception error)
        {
            lock (state.Gate)
            {
                state.Problem($"server error: {error}");
            }

            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // The path as it came: a run's name may contain an escaped slash.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (await new SandboxEndpoints(this).AnswerAsync(context.Request, path, context.RequestAborted) is not { } answer)
        {
            await pipeline.HandleAsync(context, path);
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
