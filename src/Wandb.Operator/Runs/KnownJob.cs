using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>What matters of a Job above pods that ask.</summary>
internal sealed record KnownJob
{
    public required NamespacedName Key { get; init; }

    public required string Uid { get; init; }

    /// <summary>The WandbRun that its pods name; null: they name none, or train nothing for it (<see cref="InjectionKeys.Drain"/>).</summary>
    public NamespacedName? Run { get; init; }

    /// <summary>Complete or failed: no further pods will come from it.</summary>
    public bool HasEnded { get; init; }

    /// <summary>It has no pods, and will have some when it is resumed: by its user, by Kueue, or by the JobSet or the like above it.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Reason of its condition <c>Failed</c> or <c>FailureTarget</c>; null: it has not failed.</summary>
    public string? Failure { get; init; }

    /// <summary>Indexes that it works through, and no others come: null where it has none, or somebody above it may make it anew.</summary>
    public int? Completions { get; init; }

    /// <inheritdoc cref="JobPods.AreToldApart"/>
    public bool TellsPodsApart { get; init; }

    public string? Group { get; init; }

    public string? JobType { get; init; }

    /// <summary>See <see cref="PodFailurePolicy.JudgesAnyContainer"/>.</summary>
    public bool JudgesAnyContainer { get; init; }

    /// <summary>Its CronJob, JobSet or the like; null: none.</summary>
    public ControllerReference? Controller { get; init; }

    public static KnownJob Read(JsonElement job)
    {
        var json = JsonObject.Create(job) ?? throw new FormatException("a Job is no object");
        var metadata = json["metadata"];
        var key = new NamespacedName(JsonRead.Text(metadata?["namespace"]) ?? "", JsonRead.Text(metadata?["name"]) ?? "");
        // The template has the last word, as for the Job webhook.
        string? Annotation(string name) =>
            JsonRead.Text(json["spec"]?["template"]?["metadata"]?["annotations"]?[name]) ?? JsonRead.Text(metadata?["annotations"]?[name]);
        var run = Annotation(InjectionKeys.Drain) == "true" ? null : Annotation(InjectionKeys.Run);
        var conditions = JsonRead.Objects(json["status"]?["conditions"]).Where(condition => JsonRead.Text(condition["status"]) == "True").ToList();
        var controller = ControllerReference.Of(metadata);
        var hasEnded = conditions.Any(condition => JsonRead.Text(condition["type"]) is "Complete" or "Failed");
        return new KnownJob
        {
            Key = key,
            Uid = JsonRead.Text(metadata?["uid"]) ?? "",
            Run = run is null ? null : key with { Name = run },
            HasEnded = hasEnded,
            IsSuspended = !hasEnded && JsonRead.IsTrue(JsonRead.At(json, "spec", "suspend")),
            Failure = conditions
                .Where(condition => JsonRead.Text(condition["type"]) is "Failed" or "FailureTarget")
                .Select(condition => JsonRead.Text(condition["reason"]) ?? "")
                .FirstOrDefault(),
            Completions = controller is null ? Indexes(json) : null,
            TellsPodsApart = JobPods.AreToldApart(json),
            Group = JsonRead.Text(metadata?["labels"]?[InjectionKeys.Group]),
            JobType = JsonRead.Text(metadata?["labels"]?[InjectionKeys.JobType]),
            JudgesAnyContainer = PodFailurePolicy.JudgesAnyContainer(json),
            Controller = controller,
        };
    }

    private static int? Indexes(JsonObject job) => JobPods.IsIndexed(job) ? (int?)JsonRead.Number(JsonRead.At(job, "spec", "completions")) : null;
}
