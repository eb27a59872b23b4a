using System.Text.Json.Nodes;
using Wandb.Agent;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Live;
using Wandb.Sandbox.Backend;

namespace Wandb.EndToEnd.Tests.Harness;

/// <summary>What one call of <c>wandb-agent</c> answered.</summary>
/// <param name="Status">Exit status.</param>
internal sealed record AgentRun(int Status, string Output, string Error)
{
    /// <summary>The reports of <c>--output json</c>, one for each line.</summary>
    public IReadOnlyList<JsonObject> Reports =>
        [.. Lines.Where(line => !line.ContainsKey("event"))];

    /// <summary>What <c>watch</c> told on the way.</summary>
    public IReadOnlyList<JsonObject> Events => [.. Lines.Where(line => line.ContainsKey("event"))];

    private IEnumerable<JsonObject> Lines =>
        Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>The only report.</summary>
    public JsonObject Report => Reports.Single();

    public string Result => (string)Report["result"]!;

    public string Message => (string)Report["message"]!;

    public override string ToString() => $"exit status {Status}\n{Output}\n{Error}";
}

/// <summary>How the agent is called: in this process, against a backend, with waits of milliseconds.</summary>
/// <param name="StateRoot">Folder for its files where a run directory may not be written.</param>
internal sealed record AgentSetup(LocalBackend Backend, string StateRoot)
{
    public string? ApiKey { get; init; } = Backend.ApiKey;

    /// <summary>Called before each step of writing a checkpoint, receipt or marker.</summary>
    public Action<string> DurableStep { get; init; } = static _ => { };

    /// <summary>Called before a directory is listed; may throw what the system would.</summary>
    public Action<string> Listing { get; init; } = static _ => { };

    /// <summary>Called when a request has failed and before it is tried again.</summary>
    public Action Failed { get; init; } = static () => { };

    /// <summary>Zero: a checkpoint after every body.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.Zero;

    public int BodyBytes { get; init; } = 2048;

    /// <summary>As in a real watch, but a hundred times as fast.</summary>
    public LiveOptions Live { get; init; } = new()
    {
        MinInterval = TimeSpan.FromMilliseconds(5),
        ConfigDelay = TimeSpan.FromMilliseconds(30),
        ExitSettle = TimeSpan.FromMilliseconds(50),
        DamagePatience = TimeSpan.FromMilliseconds(50),
        Poll = TimeSpan.FromMilliseconds(10),
        RetryDelay = TimeSpan.FromMilliseconds(100),
    };

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public RetryOptions Retry { get; init; } = new() { BaseDelay = TimeSpan.FromMilliseconds(2), MaxDelay = TimeSpan.FromMilliseconds(20) };

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static AgentSetup For(LocalBackend backend, TrainerFolder folder) => new(backend, Path.Combine(folder.Root, "agent-state"));

    /// <summary><c>wandb-agent sync --output json ARGS</c>.</summary>
    public Task<AgentRun> SyncAsync(CancellationToken ct, params string[] args) => RunAsync(["sync", "--output", "json", .. args], ct);

    /// <summary><c>wandb-agent watch --output json ARGS</c>; cancelling is the signal.</summary>
    public Task<AgentRun> WatchAsync(CancellationToken ct, params string[] args) => RunAsync(["watch", "--output", "json", .. args], ct);

    public async Task<AgentRun> RunAsync(string[] args, CancellationToken ct)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext
        {
            Output = output,
            Error = error,
            Environment = new Dictionary<string, string?>(Environment)
            {
                ["WANDB_BASE_URL"] = Backend.Url.AbsoluteUri,
                ["WANDB_API_KEY"] = ApiKey,
                ["HOME"] = StateRoot,
            },
            Time = Time,
            Http = new WandbHttpOptions
            {
                Retry = Retry,
                NextJitter = () =>
                {
                    Failed();
                    return 0;
                },
            },
            Sync = new SyncEnvironment(StateRoot)
            {
                Durable = new DurableFile(DurableStep),
                Listing = Listing,
                CheckpointInterval = CheckpointInterval,
                BodyBytes = BodyBytes,
                Live = Live,
            },
        };
        var status = await AgentCommandLine.InvokeAsync(args, context, ct);
        return new AgentRun(status, output.ToString(), error.ToString());
    }
}
