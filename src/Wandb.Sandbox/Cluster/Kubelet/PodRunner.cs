using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Controllers;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>
/// The life of one pod: 1. volumes; 2. init containers in order, of which sidecars stay; 3. the containers, all at once; 4. when they have
/// ended, sidecars in reverse order; 5. volumes away. A stop (deletion, eviction) shortens each step.
/// </summary>
internal sealed class PodRunner : IDisposable
{
    private static readonly TimeSpan MountRetry = TimeSpan.FromSeconds(1);

    // What a kubelet leaves sidecars at least, when the others used up the grace period.
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    private readonly ClusterParts parts;
    private readonly TimeSpan restartDelay;
    private readonly JsonObject pod;
    private readonly PodFolders folders;
    private readonly PodContainers containers;
    private readonly PodVolumes volumes;
    private readonly PodReport report;
    private readonly ContainerStart starter;
    private readonly EventWriter events;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource sidecarsStopping = new();
    private readonly Lock gate = new(); // guards deadline
    private DateTimeOffset? deadline;

    public PodRunner(ClusterParts parts, LocalClusterOptions options, JsonObject pod, PodFolders folders)
    {
        this.parts = parts;
        this.pod = pod;
        this.folders = folders;
        restartDelay = options.RestartDelay;
        containers = new PodContainers(pod);
        volumes = new PodVolumes(parts, pod, folders.Pod, folders.Claims);
        report = new PodReport(parts, pod, containers);
        starter = new ContainerStart(parts, options, pod, volumes, folders.Pod);
        events = new EventWriter(parts, "kubelet");
    }

    /// <summary>Its node is lost: nothing is told any more.</summary>
    public bool IsLost
    {
        get => report.IsSilent;
        set => report.IsSilent = value;
    }

    public async Task RunAsync()
    {
        Directory.CreateDirectory(Path.Combine(folders.Pod, "logs"));
        await report.WriteAsync();
        var sidecars = new List<(string Name, Task Task)>();

        // 1. and 2.
        if (await MountAsync() && await InitializeAsync(sidecars))
        {
            // 3.
            await Task.WhenAll(pod.Objects("spec", "containers").Select(container => SuperviseAsync(container, stopping.Token)));
        }

        // 4.
        await sidecarsStopping.CancelAsync();
        await StopSidecarsAsync(sidecars);
        if (stopping.IsCancellationRequested)
        {
            containers.SettleUnstarted(parts.Time.GetUtcNow());
        }

        await report.WriteAsync();

        // 5.
        volumes.Remove();
    }

    /// <summary>Asks the containers to end, and kills them after the grace period.</summary>
    public async Task StopAsync(TimeSpan grace, PodVerdict? why)
    {
        lock (gate)
        {
            var until = parts.Time.GetUtcNow() + grace;
            deadline = deadline < until ? deadline : until;
            report.Verdict ??= why;
        }

        await stopping.CancelAsync();
        containers.RequestStop(state => !state.IsSidecar);
        if (await WaitAsync(grace, sidecarsStopping.Token))
        {
            containers.Kill(state => !state.IsSidecar, asOutOfMemory: false);
        }
    }

    /// <summary>SIGKILL to one container, told as OOMKilled.</summary>
    /// <returns>False when it does not run.</returns>
    public bool KillOutOfMemory(string container) => containers.Kill(state => state.Name == container, asOutOfMemory: true);

    /// <summary>SIGKILL to one container.</summary>
    /// <returns>False when it does not run.</returns>
    public bool Kill(string container) => containers.Kill(state => state.Name == container, asOutOfMemory: false);

    /// <summary>SIGKILL to all containers at once.</summary>
    public async Task KillAsync()
    {
        await stopping.CancelAsync();
        await sidecarsStopping.CancelAsync();
        containers.Kill(_ => true, asOutOfMemory: false);
    }

    public void Dispose()
    {
        stopping.Dispose();
        sidecarsStopping.Dispose();
        report.Dispose();
    }

    private async Task<bool> MountAsync()
    {
        while (volumes.Prepare() is { Length: > 0 } missing)
        {
            await events.WriteAsync(pod, "Warning", "FailedMount", $"MountVolume.SetUp failed: {missing}", CancellationToken.None);
            if (!await WaitAsync(MountRetry, stopping.Token))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> InitializeAsync(List<(string Name, Task Task)> sidecars)
    {
        foreach (var container in pod.Objects("spec", "initContainers"))
        {
            var name = container.Text("name") ?? "";
            var isSidecar = containers[name].IsSidecar;
            if (isSidecar)
            {
                var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var stop = stopping.Token.Register(() => started.TrySetResult());
                sidecars.Add((name, SuperviseAsync(container, sidecarsStopping.Token, started)));
                await started.Task;
            }
            else
            {
                await SuperviseAsync(container, stopping.Token);
            }

            if (stopping.IsCancellationRequested || (!isSidecar && containers[name].Ended?.ExitCode != 0))
            {
                return false;
            }
        }

        return true;
    }

    private async Task SuperviseAsync(JsonObject container, CancellationToken stop, TaskCompletionSource? started = null)
    {
        var name = container.Text("name") ?? "";
        while (!stop.IsCancellationRequested)
        {
            if (starter.Start(container, containers[name].Restarts, out var refusal) is not { } process)
            {
                await TellAsync(name, state => state with { Waiting = refusal.Reason, Message = refusal.Message });
                await events.WriteAsync(pod, "Warning", "Failed", refusal.Message, CancellationToken.None);
                await WaitAsync(restartDelay, stop);
                continue;
            }

            containers.Add(name, process);
            if (await RunOnceAsync(name, process, started, stop))
            {
                return;
            }
        }

        await TellAsync(name, state => state with { IsFinal = true, Waiting = state.Ended is null ? state.Waiting : null });
    }

    /// <returns>True when the container is not to be started again.</returns>
    private async Task<bool> RunOnceAsync(string name, ContainerProcess process, TaskCompletionSource? started, CancellationToken stop)
    {
        await TellAsync(name, state => state with { Waiting = null, Message = null, StartedAt = process.StartedAt });
        started?.TrySetResult();
        await events.WriteAsync(pod, "Normal", "Started", $"Started container {name}", CancellationToken.None);
        if (stop.IsCancellationRequested)
        {
            // The stop came before there was a process to ask.
            process.RequestStop();
        }

        var end = await process.WaitAsync(parts.Time);
        containers.Forget(name, process);
        var policy = pod.Text("spec", "restartPolicy") ?? "Always";
        if (!RestartRule.StartsAgain(policy, containers[name], end.ExitCode, stop.IsCancellationRequested || stopping.IsCancellationRequested))
        {
            await TellAsync(name, state => state with { StartedAt = null, Ended = end, IsFinal = true });
            return true;
        }

        var restart = containers[name].Restarts + 1;
        var delay = RestartRule.DelayBefore(restart, restartDelay);
        await TellAsync(name, state => state with { StartedAt = null, Ended = end, Waiting = delay > TimeSpan.Zero ? "CrashLoopBackOff" : null });
        if (await WaitAsync(delay, stop))
        {
            containers.Update(name, state => state with { Restarts = restart });
        }

        return false;
    }

    private async Task StopSidecarsAsync(List<(string Name, Task Task)> sidecars)
    {
        var now = parts.Time.GetUtcNow();
        var grace = (deadline ?? now + TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30)) - now;
        var until = now + (grace > LeastGrace ? grace : LeastGrace);
        foreach (var (name, task) in Enumerable.Reverse(sidecars))
        {
            containers.RequestStop(state => state.Name == name);
            var left = until - parts.Time.GetUtcNow();
            if (await Task.WhenAny(task, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, parts.Time, CancellationToken.None)) != task)
            {
                containers.Kill(state => state.Name == name, asOutOfMemory: false);
            }

            await task;
        }
    }

    private Task TellAsync(string name, Func<ContainerState, ContainerState> change)
    {
        containers.Update(name, change);
        return report.WriteAsync();
    }

    /// <returns>False when the wait was cut short.</returns>
    private async Task<bool> WaitAsync(TimeSpan duration, CancellationToken stop)
    {
        try
        {
            await Task.Delay(duration, parts.Time, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
