namespace Wandb.Operator.Injection;

/// <summary>What a plan keeps of the user's, or can only do in part.</summary>
internal static class PlanWarnings
{
    public static IEnumerable<Problem> Of(IEnumerable<ContainerPlan> containers)
    {
        foreach (var plan in containers)
        {
            foreach (var kept in plan.Variables.Kept)
                yield return kept.ToProblem();
            var name = plan.Container.Name;
            if (plan.Container.Variable("WANDB_GROUP") is not null)
                yield return new Problem(ProblemReasons.Limited, $"container {name} sets WANDB_GROUP, which the SDK does not read; it reads WANDB_RUN_GROUP");
            var withheld = plan.Variables.Withheld;
            if (withheld.Count > 0)
            {
                yield return new Problem(
                    ProblemReasons.Limited,
                    $"container {name} has an envFrom whose keys are not known, so that {string.Join(", ", withheld.Select(variable => variable.Name))} could override what it sets and are not given to the SDK");
            }
        }
    }
}
