using Wandb.Operator.Resources;

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

    /// <summary>The SDK knows fewer kinds of proxies than the agent, and <c>wandb.init()</c> crashes with another one.</summary>
    public static IEnumerable<Problem> OfProxies(EffectiveSettings settings)
    {
        if (settings.Proxy is not { } proxy || settings.Mode.Value is not (RunMode.Online or RunMode.Shared))
            yield break;
        foreach (var (field, url) in new[] { ("httpProxy", proxy.Value.HttpProxy), ("httpsProxy", proxy.Value.HttpsProxy) })
        {
            if (url is not null && !RunValues.IsProxyOfSdk(url))
            {
                yield return new Problem(
                    ProblemReasons.Limited,
                    $"{field} ({proxy.Origin}) is neither http nor https, which wandb.init() refuses: only the agent gets it, and the SDK, which uploads itself in mode {settings.Mode.Value.ToString().ToLowerInvariant()}, goes without");
            }
        }
    }

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
