using System.Text.Json.Nodes;
using Wandb.Agent.Live;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Sync;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>A backend, a folder, and an agent that watches it.</summary>
public abstract class WatchTest : SyncTest
{
    /// <summary>What a test waits for takes milliseconds; this only ends one that would wait for ever.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private protected IReadOnlyList<TraceEntry> StreamRequests => [.. Backend.Trace.Where(entry => entry.Kind == "filestream")];

    /// <summary>Looks again and again until it is so.</summary>
    private protected static async Task UntilAsync(Func<bool> isSo, Task watch, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var start = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.False(watch.IsCompleted, $"the agent ended before {what}: {(watch is Task<AgentRun> { IsCompletedSuccessfully: true } ended ? await ended : watch.Exception)}");
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"waited too long for {what}");
            await timer.WaitForNextTickAsync(Stop);
        }
    }

    private protected Task UntilRowsAsync(string runId, int rows, Task<AgentRun> watch) =>
        UntilAsync(() => Find(runId) is { } run && run.Steps().Count >= rows, watch, $"{rows} rows of {runId} were on the server");

    private protected JsonObject? Find(string runId) =>
        Backend.Runs().SingleOrDefault(run => (string)run["run"]! == runId);

    private protected async Task AssertEqualsOneSyncAsync(string what) =>
        ServerState.AssertSame(await StateAfterOneSyncAsync(Folder, Options), Backend, what);

    /// <summary>Ends the agent as a signal does.</summary>
    private protected static async Task<AgentRun> EndAsync(CancellationTokenSource signal, Task<AgentRun> watch)
    {
        await signal.CancelAsync();
        return await watch;
    }

    /// <summary>The intervals of a real watch.</summary>
    private protected static LiveOptions RealIntervals => new();
}
