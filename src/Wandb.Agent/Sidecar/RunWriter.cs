using System.Text.Json;
using Wandb.Agent.GraphQL;
using Wandb.Agent.State;

namespace Wandb.Agent.Sidecar;

/// <summary>Who wrote a run file that may have been left by an earlier pod.</summary>
/// <param name="IsThisPod">Its facts, its containers' ends and its place in the report are the run's.</param>
/// <param name="Pod">Name of the other pod; empty: this pod, or not known.</param>
/// <param name="Container">Of the other pod; empty: this pod, or not known.</param>
internal sealed record RunWriter(bool IsThisPod, string Pod = "", string Container = "")
{
    public static readonly RunWriter ThisPod = new(true);

    // Clocks of a file server and of a node are rarely further apart. What is younger counts as the pod's own.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <param name="podUid">Of this pod.</param>
    /// <param name="kept">What an agent has kept beside the run.</param>
    /// <param name="found">Of a file that was there when this agent began: when it was written last; null: it came later.</param>
    /// <param name="podBegan">When the first agent of this pod began; null: not known.</param>
    /// <param name="isOfThisHost">Whether the run names the host name that the containers of this pod have.</param>
    public static RunWriter Of(string podUid, AddedToRun kept, DateTimeOffset? found, DateTimeOffset? podBegan, Func<bool> isOfThisHost)
    {
        // Agents of pods that share a directory find a new run at the same time, and each may be the first to keep its own.
        var isAnother = kept.PodUid is { } uid ? uid != podUid && !(found is null && isOfThisHost()) : found < podBegan - Margin;
        return isAnother ? Another(kept) : ThisPod;
    }

    private static RunWriter Another(AddedToRun kept)
    {
        var facts = kept.Config.FirstOrDefault(entry => entry.Key == RunState.KubernetesKey).Value;
        var kubernetes = facts is null ? default : JsonElement.Parse(facts);
        return new RunWriter(false, kubernetes.StringAt("pod") ?? "", kubernetes.StringAt("container") ?? "");
    }
}
