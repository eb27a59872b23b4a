using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sync;

/// <summary>A backend and a folder for each test.</summary>
public abstract class SyncTest : IAsyncLifetime
{
    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected LocalBackend Backend { get; private set; } = null!; // set before a test begins

    private protected TrainerFolder Folder { get; } = new();

    private protected AgentSetup Agent => AgentSetup.For(Backend, Folder);

    private protected virtual LocalBackendOptions Options => new();

    public async ValueTask InitializeAsync() => Backend = await LocalBackend.StartAsync(Options, Stop);

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<AgentRun> SyncAsync(params string[] args) => Agent.SyncAsync(Stop, args.Length == 0 ? [Folder.Wandb] : args);

    /// <summary>What a server has after one undisturbed sync of these files.</summary>
    private protected static async Task<JsonObject> StateAfterOneSyncAsync(TrainerFolder folder, LocalBackendOptions options)
    {
        await using var backend = await LocalBackend.StartAsync(options, Stop);
        using var copy = folder.Copy();
        var run = await AgentSetup.For(backend, copy).SyncAsync(Stop, copy.Wandb);
        Assert.True(run.Status is 0 or 3 || run.Reports.All(report => (string)report["result"]! == "unfinished"), run.ToString());
        return backend.State();
    }
}
