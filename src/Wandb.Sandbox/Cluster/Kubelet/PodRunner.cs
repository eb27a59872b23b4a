using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Controllers;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>
/// The life of one pod: 1. volumes; 2. init containers in order, of which sidecars stay; 3. the containers, all at once; 4. when they have
/// ended, sidecars in reverse order; 5. volumes away. A stop (deletion, eviction) shortens each step.
/// </summary>
internal sealed class PodRunner(ClusterParts parts, LocalClusterOptions options, JsonObject pod, PodFolders folders) : IDisposable
{
    private static readonly TimeSpan MountRetry = TimeSpan.FromSeconds(1);

    // What a kubelet leaves sidecars at least, when the others used up the grace period.
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new(); // guards states, processes, deadline, verdict
    private readonly List<ContainerState> states = [];
    private readonly Dictionary<string, ContainerProcess> processes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource sidecarsStopping = new();
    private readonly SemaphoreSlim publishing = new(1);
    private readonly EventWriter events = new(parts, "kubelet");
    private readonly PodVolumes volumes = new(parts, pod, folders.Pod, folders.Claims);
    private DateTimeOffset? deadline;
    private PodVerdict? verdict;

    /// <summary>Its node is lost: nothing is told any more.</summary>
    public bool IsLost { get; set; }

    public string Uid => pod.Uid();

    public async Task RunAsync()
    {
        JsonObject[] initContainers = [.. pod.Objects("spec", "initContainers")];
        JsonObject[] containers = [.. pod.Objects("spec", "containers")];
        states.AddRange(initContainers.Select(container => ContainerState.Of(container, isInit: true)));
        states.AddRange(containers.Select(container => ContainerState.Of(container, isInit: false)));
        Directory.CreateDirectory(Path.Combine(folders.Pod, "logs"));
        await PublishAsync();
        var sidecars = new List<(string Name, Task Task)>();

        // 1. and 2.
        if (await MountAsync() && await InitializeAsync(initContainers, sidecars))
        {
            // 3.
            await Task.WhenAll(containers.Select(container => SuperviseAsync(container, stopping.Token)));
        }

        // 4.
        await sidecarsStopping.CancelAsync();
        await StopSidecarsAsync(sidecars);
        SettleUnstarted();
        await PublishAsync();

        // 5.
        volumes.Remove();
    }

    /// <summary>Asks the containers to end, and kills them after the grace period.</summary>
    public async Task StopAsync(TimeSpan grace, PodVerdict? why)
    {
        ContainerProcess[] main;
        lock (gate)
        {
            var until = parts.Time.GetUtcNow() + grace;
            deadline = deadline < until ? deadline : until;
            verdict ??= why;
            main = [.. processes.Where(entry => !StateOf(entry.Key).IsSidecar).Select(entry => entry.Value)];
        }

        await stopping.CancelAsync();
        foreach (var process in main)
        {
            process.RequestStop();
        }

        await Task.Delay(grace, parts.Time, sidecarsStopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (!sidecarsStopping.IsCancellationRequested)
        {
            KillAll(state => !state.IsSidecar);
        }
    }

    /// <summary>SIGKILL to one container, told as OOMKilled.</summary>
    /// <returns>False when it does not run.</returns>
    public bool KillOutOfMemory(string container)
    {
        lock (gate)
        {
            if (!processes.TryGetValue(container, out var process))
            {
                return false;
            }

            process.Kill(asOutOfMemory: true);
            return true;
        }
    }

    /// <summary>SIGKILL to all containers at once.</summary>
    public async Task KillAsync()
    {
        await stopping.CancelAsync();
        await sidecarsStopping.CancelAsync();
        KillAll(_ => true);
    }

    public void Dispose()
    {
        stopping.Dispose();
        sidecarsStopping.Dispose();
        publishing.Dispose();
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

    private async Task<bool> InitializeAsync(JsonObject[] initContainers, List<(string Name, Task Task)> sidecars)
    {
        foreach (var container in initContainers)
        {
            var name = container.Text("name") ?? "";
            if (StateOf(name).IsSidecar)
            {
                var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                sidecars.Add((name, SuperviseAsync(container, sidecarsStopping.Token, started)));
                await Task.WhenAny(started.Task, Task.Delay(Timeout.InfiniteTimeSpan, parts.Time, stopping.Token));
            }
            else
            {
                await SuperviseAsync(container, stopping.Token);
            }

            if (stopping.IsCancellationRequested || (!StateOf(name).IsSidecar && StateOf(name).Ended?.ExitCode != 0))
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
            if (Start(container, out var refusal) is not { } process)
            {
                await UpdateAsync(name, state => state with { Waiting = refusal.Reason, Message = refusal.Message });
                await events.WriteAsync(pod, "Warning", "Failed", refusal.Message, CancellationToken.None);
                await WaitAsync(options.RestartDelay, stop);
                continue;
            }

            await UpdateAsync(name, state => state with { Waiting = null, Message = null, StartedAt = process.StartedAt });
            started?.TrySetResult();
            await events.WriteAsync(pod, "Normal", "Started", $"Started container {name}", CancellationToken.None);
            if (stop.IsCancellationRequested)
            {
                process.RequestStop();
            }

            var end = await process.WaitAsync(parts.Time);
            Forget(name, process);
            var policy = pod.Text("spec", "restartPolicy") ?? "Always";
            if (!RestartRule.StartsAgain(policy, StateOf(name), end.ExitCode, stop.IsCancellationRequested || stopping.IsCancellationRequested))
            {
                await UpdateAsync(name, state => state with { StartedAt = null, Ended = end, IsFinal = true });
                return;
            }

            var restart = StateOf(name).Restarts + 1;
            var delay = RestartRule.DelayBefore(restart, options.RestartDelay);
            await UpdateAsync(name, state => state with { StartedAt = null, Ended = end, Waiting = delay > TimeSpan.Zero ? "CrashLoopBackOff" : null });
            if (await WaitAsync(delay, stop))
            {
                await UpdateAsync(name, state => state with { Restarts = restart }, isTold: false);
            }
        }

        await UpdateAsync(name, state => state with { IsFinal = true, Waiting = state.Ended is null ? state.Waiting : null });
    }

    private ContainerProcess? Start(JsonObject container, out (string Reason, string Message) refusal)
    {
        var (name, image) = (container.Text("name") ?? "", container.Text("image") ?? "");
        refusal = default;
        if (ContainerCommand.EntrypointOf(image, options.Images) is not { } entrypoint)
        {
            refusal = ("ImagePullBackOff", $"Failed to pull image \"{image}\": no command is mapped to it");
            return null;
        }

        var current = parts.Store.Get(BuiltInKinds.Pods.Id, pod.Namespace(), pod.Name())?.Parse() ?? pod;
        if (ContainerEnvironment.Of(container, current, volumes.Data, out var missing) is not { } variables)
        {
            refusal = ("CreateContainerConfigError", missing);
            return null;
        }

        var own = Path.Combine(folders.Pod, "containers", name);
        Directory.CreateDirectory(Path.Combine(own, "tmp"));
        variables.TryAdd("HOSTNAME", pod.Name());
        variables.TryAdd("HOME", own);
        variables.TryAdd("TMPDIR", Path.Combine(own, "tmp"));
        if (ContainerCommand.Of(container, entrypoint, variables, volumes.MapFor(container), own) is not { } command)
        {
            refusal = ("CreateContainerError", "no command specified");
            return null;
        }

        lock (gate)
        {
            var log = ContainerLog.PathOf(folders.Pod, name, StateOf(name).Restarts);
            var process = ContainerProcess.Start(command, log, parts.Time, out var problem);
            refusal = ("RunContainerError", problem);
            if (process is not null)
            {
                processes[name] = process;
            }

            return process;
        }
    }

    private async Task StopSidecarsAsync(List<(string Name, Task Task)> sidecars)
    {
        var now = parts.Time.GetUtcNow();
        var grace = (deadline ?? now + TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30)) - now;
        var until = now + (grace > LeastGrace ? grace : LeastGrace);
        foreach (var (name, task) in Enumerable.Reverse(sidecars))
        {
            lock (gate)
            {
                processes.GetValueOrDefault(name)?.RequestStop();
            }

            var left = until - parts.Time.GetUtcNow();
            if (await Task.WhenAny(task, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, parts.Time, CancellationToken.None)) != task)
            {
                KillAll(state => state.Name == name);
            }

            await task;
        }
    }

    private void KillAll(Predicate<ContainerState> chosen)
    {
        lock (gate)
        {
            foreach (var (_, process) in processes.Where(entry => chosen(StateOf(entry.Key))))
            {
                process.Kill(asOutOfMemory: false);
            }
        }
    }

    private void Forget(string name, ContainerProcess process)
    {
        lock (gate)
        {
            processes.Remove(name);
            process.Dispose();
        }
    }

    // Containers that a stopped pod never started are told as a kubelet tells them.
    private void SettleUnstarted()
    {
        lock (gate)
        {
            var now = parts.Time.GetUtcNow();
            for (var i = 0; i < states.Count; i++)
            {
                if (stopping.IsCancellationRequested && states[i].Ended is null && !states[i].IsRunning)
                {
                    states[i] = states[i] with { Waiting = null, IsFinal = true, Ended = new ContainerEnd(137, "ContainerStatusUnknown", now, now) };
                }
            }
        }
    }

    private ContainerState StateOf(string name)
    {
        lock (gate)
        {
            return states.Find(state => state.Name == name)!;
        }
    }

    private async Task UpdateAsync(string name, Func<ContainerState, ContainerState> change, bool isTold = true)
    {
        lock (gate)
        {
            var at = states.FindIndex(state => state.Name == name);
            states[at] = change(states[at]);
        }

        if (isTold)
        {
            await PublishAsync();
        }
    }

    private async Task PublishAsync()
    {
        // One after the other: an older state must never overwrite a newer one.
        await publishing.WaitAsync(CancellationToken.None);
        try
        {
            if (IsLost)
            {
                return;
            }

            await parts.Writes.ModifyAsync(
                new WriteRequest(BuiltInKinds.Pods, pod.Namespace(), pod.Name(), "status", "kubelet"),
                current =>
                {
                    if (current.Uid() != Uid)
                    {
                        return new ChangeResult.Refused(Api.ApiStatus.NotFound(BuiltInKinds.Pods, pod.Name()));
                    }

                    lock (gate)
                    {
                        PodStatus.Write(current, states, verdict, parts.Time.GetUtcNow());
                    }

                    return new ChangeResult.Wanted(current, false);
                },
                CancellationToken.None);
        }
        finally
        {
            publishing.Release();
        }
    }

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
