using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>
/// Subject to plan for a pod that uploads what others have left on the claim of its WandbRun (<see cref="InjectionKeys.Drain"/>): its containers, which
/// run <c>wandb-agent sync</c>, get what a sidecar would have, and the whole claim.
/// </summary>
internal static class DrainPlanner
{
    // Who brings a key of his own wants that one.
    private const string KeyVariable = "WANDB_API_KEY";

    /// <param name="problems">Empty: the plan holds.</param>
    public static InjectionPlan? Plan(InjectionSubject subject, out IReadOnlyList<Problem> problems)
    {
        var settings = subject.Settings;
        var wrong = new List<Problem>();
        problems = wrong;
        wrong.AddRange(HostLimits.Of(subject.Pod));
        wrong.AddRange(EffectiveSettingsProblems.Of(settings));
        if (settings.Mode.Value != RunMode.Offline)
            wrong.Add(NothingToDrain($"mode is {settings.Mode.Value.ToString().ToLowerInvariant()} ({settings.Mode.Origin})"));
        if (settings.Storage?.Value.PersistentVolumeClaim is null)
            wrong.Add(NothingToDrain("no storage.persistentVolumeClaim holds its runs"));
        var choice = ContainerChoice.Of(subject.Pod, subject.Request.Containers, subject.Run, wrong);
        if (wrong.Count > 0)
            return null;

        var volumes = new VolumeNames(subject.Pod);
        var root = RunDirectories.FreePath(choice.Chosen, AgentPaths.Shared);
        JsonObject[] mounts = [RunVolumes.Mount(volumes.Runs, root), .. AgentAccess.Mounts(subject, volumes)];
        var wanted = AgentVariables.ForDrain(subject, root).Select(Wanted).ToList();
        var containers = choice.Chosen
            .Select(container => new ContainerPlan { Container = container, Variables = ContainerVariables.Of(container, wanted, subject.Facts), Mounts = mounts })
            .ToList();
        return new InjectionPlan
        {
            RunName = subject.Run.Metadata.Name,
            RunUid = subject.Run.Metadata.Uid,
            ProfileName = subject.Profile?.Metadata.Name,
            Mode = settings.Mode.Value,
            Drains = true,
            Containers = containers,
            Volumes = [RunVolumes.Shared(volumes.Runs, settings.Storage!.Value), .. AgentAccess.Volumes(subject, volumes)],
            PullSecrets = AgentImage.PullSecrets(settings),
            Warnings = [.. subject.Request.Warnings, .. PlanWarnings.Of(containers), .. NameResolution.Warnings(subject)],
            Left = choice.Left,
        };

        Problem NothingToDrain(string why) => new(
            ProblemReasons.BadAnnotation, $"annotation {InjectionKeys.Drain}: nothing of WandbRun {subject.Run.Metadata.Name} waits on a volume, because {why}");
    }

    /// <summary>The pod has everything already: admission is asked again within one request, and an annotation may have been copied.</summary>
    public static bool IsPlannedIn(PodView pod) => pod.Containers.Any(container => container.Variable(AgentEnvironment.Roots) is not null);

    private static WantedVariable Wanted((string Name, EnvValue Value) variable) =>
        new(variable.Name, variable.Value, Origin.BuiltIn) { IsNeeded = true, Aliases = variable.Name == AgentEnvironment.ApiKeyFile ? [KeyVariable] : [] };
}
