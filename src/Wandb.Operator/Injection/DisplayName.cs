using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>A run's display name: as a variable of the trainer, or, where it needs what only the agent knows, added by the agent.</summary>
/// <param name="Variable">Value of WANDB_NAME; null: none.</param>
/// <param name="ForAgent">With <c>{attempt}</c> and <c>{node}</c>; null: the agent adds none.</param>
/// <param name="NeedsNode">The variable refers to <see cref="NodeVariable"/>.</param>
internal sealed record DisplayName(Setting<EnvValue>? Variable, string? ForAgent, bool NeedsNode)
{
    public const string NodeVariable = "WANDB_OPERATOR_NODE_NAME";

    /// <summary>Failures of the same index before this pod; only of Jobs with a limit for each index.</summary>
    private const string IndexFailures = "batch.kubernetes.io/job-index-failure-count";

    private static readonly DisplayName None = new(null, null, false);

    public static DisplayName Of(InjectionSubject subject)
    {
        var settings = subject.Settings;
        if (settings.Name is { } name)
            return new DisplayName(new Setting<EnvValue>(new EnvValue.Text(name.Value), name.Origin), null, false);
        if (settings.NameTemplate is not { } template)
            return None;
        var text = RunName.Of(template.Value, subject.JobName, subject.Index.Text, subject.Pod.Labels);
        if (text.Length == 0)
            return None;
        var needsAgent = text.Contains(NamePlaceholders.Attempt, StringComparison.Ordinal) || text.Contains(NamePlaceholders.Node, StringComparison.Ordinal);
        if (!needsAgent)
            return new DisplayName(new Setting<EnvValue>(new EnvValue.Text(text), template.Origin), null, false);
        return settings.Mode.Value == RunMode.Offline ? new DisplayName(null, text, false) : Online(subject, text, template.Origin);
    }

    // The SDK uploads itself: the name must be there when it starts. Attempts are known to few Jobs then; 0 would be a lie.
    private static DisplayName Online(InjectionSubject subject, string text, Origin origin)
    {
        var attempt = subject.Pod.Annotations.GetValueOrDefault(IndexFailures) ?? "";
        text = NamePlaceholders.Fill(text, NamePlaceholders.Attempt, attempt);
        if (text.Length == 0)
            return None;
        var escaped = text.Replace("$", "$$", StringComparison.Ordinal);
        var needsNode = text.Contains(NamePlaceholders.Node, StringComparison.Ordinal);
        EnvValue value = needsNode
            ? new EnvValue.Expression(escaped.Replace(NamePlaceholders.Node, $"$({NodeVariable})", StringComparison.Ordinal))
            : new EnvValue.Text(text);
        return new DisplayName(new Setting<EnvValue>(value, origin), null, needsNode);
    }
}
