using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>
/// A run that is followed while it goes on: 1 a trainer process logs, 2 an agent watches, 3 the agent is killed and started again, 4 the server goes dark and
/// comes back, 5 trainer and agent end, 6 what the server holds is compared with one sync of the finished file to another server.
/// </summary>
/// <param name="agent">Program or .dll of the agent.</param>
internal sealed class LiveDemo(string agent, string folder, LocalBackend backend, DemoScreen screen)
{
    private const string RunId = "livedemo";
    private const int Rows = 4000;
    private const int RowsPerSecond = 400;
    private static readonly string[] Compared = ["history", "events", "console", "summary", "complete", "exitcode"];
    private static readonly TimeSpan Darkness = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <returns>What went wrong; empty when all is as it should be.</returns>
    public async Task<LiveDemoResult> RunAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            return await RunStepsAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new LiveDemoResult(RowsOnServer(), null, [$"the live run was not done after {Deadline.TotalMinutes:0} minutes; {RowsOnServer()} of {Rows} rows are on the server"]);
        }
    }

    private async Task<LiveDemoResult> RunStepsAsync(CancellationToken ct)
    {
        // 1
        await screen.TellAsync($"A trainer logs {Rows:N0} rows, {RowsPerSecond} a second; an agent follows its file:");
        using var trainer = OwnedProcess.Start(AgentProcess.StartInfo(
            Path.Combine(AppContext.BaseDirectory, "wandb-sandbox.dll"),
            ["train", "--directory", folder, "--id", RunId, "--rows", $"{Rows}", "--rate", $"{RowsPerSecond}"], backend.Url, backend.ApiKey));
        // 2
        var watch = AgentProcess.StartInfo(agent, ["watch", "--exit-when-done", folder], backend.Url, backend.ApiKey);
        await screen.TellAsync($"$ wandb-agent watch --exit-when-done {Path.GetFileName(folder)}");
        using (var first = OwnedProcess.Start(watch))
        {
            await UntilAsync(() => RowsOnServer() > 0, first, ct);
            if (first.HasExited)
                return new LiveDemoResult(RowsOnServer(), null, [$"the agent of the live run ended with {await first.WaitAsync(ct)} while the run went on"]);
            await screen.TellAsync($"While it trains, {RowsOnServer():N0} of its rows are on the server.");
            // 3
            first.Kill();
        }
        await screen.TellAsync("The agent is killed (SIGKILL) and started again.");
        using var second = OwnedProcess.Start(watch);
        var before = RowsOnServer();
        await UntilAsync(() => RowsOnServer() > before, second, ct);
        // 4
        backend.Faults.GoDark(Darkness);
        await screen.TellAsync($"{RowsOnServer():N0} rows. Now the server is away for {Darkness.TotalSeconds:0} s; the run file keeps what is logged.");
        before = RowsOnServer();
        await UntilAsync(() => RowsOnServer() > before, second, ct);
        await screen.TellAsync($"The server is back: {RowsOnServer():N0} rows.");
        // 5
        var trainerExit = await trainer.WaitAsync(ct);
        var agentExit = await second.WaitAsync(ct);
        await screen.TellAsync($"The trainer has ended with exit code {trainerExit}, the agent with {agentExit}.");
        // 6
        var receipt = Directory.EnumerateFiles(folder, "*.receipt.json", SearchOption.AllDirectories).FirstOrDefault();
        var problems = new List<string>();
        if (trainerExit != 0 || agentExit != 0)
            problems.Add($"the trainer ended with {trainerExit}, the agent of the live run with {agentExit}");
        if (receipt is null)
            problems.Add("the live run has no receipt");
        if (!JsonNode.DeepEquals(WhatMatters(backend), await AfterOneSyncAsync(ct)))
            problems.Add("the live run is not on the server as one sync of its file would leave it");
        if (problems.Count == 0)
            await screen.TellAsync($"{RowsOnServer():N0} of {Rows:N0} rows, each once, as after one clean sync; the proof is {Path.GetFileName(receipt)}.");
        return new LiveDemoResult(RowsOnServer(), receipt, problems);
    }

    private long RowsOnServer() => backend.Details(RunId) is [var run] ? run.Overview.Rows : 0;

    private static async Task UntilAsync(Func<bool> isSo, OwnedProcess agent, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!isSo() && !agent.HasExited)
            await timer.WaitForNextTickAsync(ct);
    }

    private async Task<JsonNode?> AfterOneSyncAsync(CancellationToken ct)
    {
        await using var other = await LocalBackend.StartAsync(new LocalBackendOptions(), ct);
        var start = AgentProcess.StartInfo(agent, ["sync", "--include-synced", folder], other.Url, other.ApiKey);
        using var sync = OwnedProcess.Start(start);
        await sync.WaitAsync(ct);
        return WhatMatters(other);
    }

    /// <summary>The parts of the run that its records decide.</summary>
    private static JsonObject? WhatMatters(LocalBackend server)
    {
        var run = server.State()["runs"]!.AsArray().FirstOrDefault(run => (string?)run!["run"] == RunId);
        if (run is null)
            return null;
        return new JsonObject(Compared.Select(name => KeyValuePair.Create(name, run[name]?.DeepClone())));
    }
}
