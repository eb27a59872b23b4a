using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary><c>wandb-agent run</c> beside a trainer in container <c>trainer</c> of pod <c>train-0</c>.</summary>
public abstract class SidecarTest : WatchTest
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(RunRecords.StartSeconds);

    private protected string StateDirectory => Path.Combine(Folder.Root, "state");

    private protected string KeyFile => Path.Combine(Folder.Root, "key");

    private protected static ContainerEnd Ended(int code, string reason) => new()
    {
        Container = "trainer",
        ExitCode = code,
        Reason = reason,
        StartedAt = Start.AddSeconds(-2),
        FinishedAt = Start.AddSeconds(60),
    };

    private protected JsonObject? Status()
    {
        var path = Path.Combine(Folder.Wandb, ".wandb-agent", "status.json");
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : null;
    }

    /// <param name="scale">A clock that runs so many times as fast.</param>
    /// <param name="retryDelay">Null: that of the harness.</param>
    private protected Task<AgentRun> RunAsync(
        Uri? operation, string grace, CancellationToken signal, int scale = 1, bool withKey = true, Dictionary<string, string?>? more = null, TimeSpan? retryDelay = null)
    {
        if (withKey)
            File.WriteAllText(KeyFile, Backend.ApiKey);
        var environment = new Dictionary<string, string?>
        {
            [AgentEnvironment.Roots] = Folder.Wandb,
            [AgentEnvironment.Containers] = "trainer",
            [AgentEnvironment.StateDirectory] = StateDirectory,
            [AgentEnvironment.ApiKeyFile] = KeyFile,
            [AgentEnvironment.GraceSeconds] = grace,
            [AgentEnvironment.ReportUrl] = operation?.AbsoluteUri,
            [AgentEnvironment.PodNamespace] = "ml",
            [AgentEnvironment.PodName] = "train-0",
        };
        foreach (var (name, value) in more ?? [])
            environment[name] = value;
        var agent = Agent with
        {
            ApiKey = withKey ? Backend.ApiKey : null,
            Environment = environment,
            Time = scale == 1 ? TimeProvider.System : new FastTime(scale),
            Live = Agent.Live with { RetryDelay = retryDelay ?? Agent.Live.RetryDelay },
        };
        return agent.RunAsync(["run", "--output", "json"], signal);
    }

    /// <summary>Timers that fire sooner: 30 s of grace in a second and a half.</summary>
    private sealed class FastTime(int scale) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new FastTimer(System.CreateTimer(callback, state, Scaled(dueTime), Scaled(period)), this);

        private TimeSpan Scaled(TimeSpan time) => time > TimeSpan.Zero ? time / scale : time;

        private sealed class FastTimer(ITimer timer, FastTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Scaled(dueTime), time.Scaled(period));

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
