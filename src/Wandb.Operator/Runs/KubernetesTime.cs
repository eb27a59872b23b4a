using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>Times in the JSON of others: whole seconds, cut off.</summary>
internal static class KubernetesTime
{
    /// <returns>Null for what is absent, no time, or the epoch, which the kubelet writes for a container that never started.</returns>
    public static DateTimeOffset? Read(JsonNode? node) =>
        DateTimeOffset.TryParse(
            JsonRead.Text(node), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && time > DateTimeOffset.UnixEpoch
            ? time
            : null;
}
