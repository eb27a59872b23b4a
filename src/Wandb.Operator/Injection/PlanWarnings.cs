namespace Wandb.Operator.Injection;

/// <summary>What a plan keeps of the user's, or can only do in part.</summary>
internal static class PlanWarnings
{
    /// <summary>Python makes temporary folders that their user alone can read.</summary>
    public static IEnumerable<Problem> OfSharedTmp(bool sharesTmp, AgentUser agent) => sharesTmp && agent.Uid is null
        ?
        [
            new Problem(
                ProblemReasons.Limited,
                "shareTmp is set, but no securityContext says runAsUser: the agent may then not be the user of the trainer, who alone can read what Artifact.new_file makes"),
        ]
        : [];

    public static IEnumerable<Problem> Of(IEnumerable<ContainerPlan> containers)
    {
        foreach (var plan in containers)
        {
            foreach (var kept in plan.Variables.Kept)
                yield return kept.ToProblem();
            var name = plan.Container.Name;
            if (plan.Container.Variable("WANDB_GROUP") is not null)
                yield return new Problem(ProblemReasons.Limited, $"container {name} sets WANDB_GROUP, which the SDK does not read; it reads WANDB_RUN_GROUP");
            var withheld = plan.Variables.Withheld.Where(variable => variable.Consequence is null).ToList();
            if (withheld.Count > 0)
            {
                yield return new Problem(
                    ProblemReasons.Limited,
                    $"container {name} has an envFrom whose keys are not known, so that {string.Join(", ", withheld.Select(variable => variable.Name))} could override what it sets and are not given to the SDK");
            }
            foreach (var variable in plan.Variables.Withheld.Where(variable => variable.Consequence is not null))
                yield return new Problem(ProblemReasons.Limited, $"container {name} has an envFrom whose keys are not known, so that {variable.Name} could override what it sets and is left to you; {variable.Consequence}");
        }
    }
}
