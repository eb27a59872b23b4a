using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Kubelet;

/// <summary>The containers of one pod: what is known of each, and the processes that run now. Safe between threads.</summary>
internal sealed class PodContainers
{
    private readonly Lock gate = new(); // guards states and processes
    private readonly List<ContainerState> states;
    private readonly Dictionary<string, ContainerProcess> processes = new(StringComparer.Ordinal);

    public PodContainers(JsonObject pod) => states =
    [
        .. pod.Objects("spec", "initContainers").Select(container => ContainerState.Of(container, isInit: true)),
        .. pod.Objects("spec", "containers").Select(container => ContainerState.Of(container, isInit: false)),
    ];

    /// <summary>In the order of the spec, init containers first.</summary>
    public IReadOnlyList<ContainerState> Snapshot()
    {
        lock (gate)
        {
            return [.. states];
        }
    }

    public ContainerState this[string name]
    {
        get
        {
            lock (gate)
            {
                return states.Find(state => state.Name == name)!;
            }
        }
    }

    public void Update(string name, Func<ContainerState, ContainerState> change)
    {
        lock (gate)
        {
            var at = states.FindIndex(state => state.Name == name);
            states[at] = change(states[at]);
        }
    }

    /// <summary>Containers that a stopped pod never started are told as a kubelet tells them.</summary>
    public void SettleUnstarted(DateTimeOffset now)
    {
        lock (gate)
        {
            for (var i = 0; i < states.Count; i++)
            {
                if (states[i].Ended is null && !states[i].IsRunning)
                {
                    states[i] = states[i] with { Waiting = null, IsFinal = true, Ended = new ContainerEnd(137, "ContainerStatusUnknown", now, now) };
                }
            }
        }
    }

    public void Add(string name, ContainerProcess process)
    {
        lock (gate)
        {
            processes[name] = process;
        }
    }

    public void Forget(string name, ContainerProcess process)
    {
        lock (gate)
        {
            processes.Remove(name);
            process.Dispose();
        }
    }

    /// <summary>SIGTERM.</summary>
    public void RequestStop(Predicate<ContainerState> chosen) => ForEach(chosen, process => process.RequestStop());

    /// <summary>SIGKILL.</summary>
    /// <returns>False when none of them runs.</returns>
    public bool Kill(Predicate<ContainerState> chosen, bool asOutOfMemory) => ForEach(chosen, process => process.Kill(asOutOfMemory));

    private bool ForEach(Predicate<ContainerState> chosen, Action<ContainerProcess> action)
    {
        lock (gate)
        {
            var found = processes.Where(entry => chosen(states.Find(state => state.Name == entry.Key)!)).ToList();
            found.ForEach(entry => action(entry.Value));
            return found.Count > 0;
        }
    }
}
