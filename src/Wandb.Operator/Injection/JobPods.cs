using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>The pods that a Job of Kubernetes (batch/v1) makes.</summary>
internal static class JobPods
{
    public static bool IsIndexed(JsonObject job) => JsonRead.Text(JsonRead.At(job, "spec", "completionMode")) == "Indexed";

    /// <summary>Each has an index, or there is one at a time: a later one with the same index does the work of the one before again.</summary>
    public static bool AreToldApart(JsonObject job) => IsIndexed(job) || Number(job) <= 1;

    /// <summary>How many do a part of the work each; 1 also where nothing is said.</summary>
    public static long Number(JsonObject job) => Math.Max(Amount(job, "parallelism"), Amount(job, "completions"));

    private static long Amount(JsonObject job, string name) => JsonRead.Number(JsonRead.At(job, "spec", name)) ?? 1;
}
