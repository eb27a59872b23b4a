using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Subject to plan: what is added to the pod, or all reasons why nothing can be.</summary>
internal static class InjectionPlanner
{
    private const int DefaultGraceSeconds = 30;

    /// <param name="problems">Empty: the plan holds.</param>
    public static InjectionPlan? Plan(InjectionSubject subject, out IReadOnlyList<Problem> problems)
    {
        var wrong = new List<Problem>();
        problems = wrong;
        var warnings = new List<Problem>(subject.Request.Warnings);
        var silencer = Silenced(subject, warnings);
        wrong.AddRange(silencer is null ? HostLimits.OfSidecar(subject.Pod, subject.Facts) : HostLimits.Of(subject.Pod));
        wrong.AddRange(EffectiveSettingsProblems.Of(subject.Settings));
        var choice = ContainerChoice.Of(subject.Pod, subject.Request.Containers, subject.Run, wrong);

        if (silencer is { } origin)
            return wrong.Count == 0 ? DisabledPlan(subject, choice, origin, warnings) : null;

        if (subject.Pod.Containers.Any(static container => container.Name == AgentSidecar.ContainerName))
            wrong.Add(new Problem(ProblemReasons.BadValue, $"a container of the pod is named {AgentSidecar.ContainerName}, as the agent is; give it another name"));
        if (RunIdentity.TooLong(subject, choice.Chosen) is { } tooLong)
            wrong.Add(tooLong);
        // Where the SDK uploads itself, an agent that sees nothing costs no row.
        var unseen = subject.Settings.Mode.Value == RunMode.Offline ? wrong : warnings;
        var directories = RunDirectories.Of(subject.Pod, choice.Chosen, subject.Settings, unseen, warnings);
        if (directories.OverSystem(subject.Settings.Dir) is { } over)
            wrong.Add(over);
        warnings.AddRange(ClaimAccess.Warnings(subject.Pod, choice.Chosen, subject.Settings.Storage));
        var resources = AgentResources.For(subject.Pod, subject.Settings.AgentResources?.Value, subject.Facts, out var noRoom);
        if (noRoom is not null)
            wrong.Add(noRoom);
        if (wrong.Count > 0)
            return null;
        var plan = FullPlan(subject, choice, directories, resources, warnings);
        wrong.AddRange(VariableLengths.Problems(plan));
        return wrong.Count == 0 ? plan : null;
    }

    /// <returns>Who says that this pod shall not log; null: it shall.</returns>
    private static Origin? Silenced(InjectionSubject subject, List<Problem> warnings)
    {
        var settings = subject.Settings;
        if (settings.Mode.Value == RunMode.Disabled)
            return settings.Mode.Origin;
        if (settings.Ranks.Value == RankPolicy.All)
            return null;
        var rank = settings.Ranks.Value == RankPolicy.Zero ? subject.Index.Rank : subject.Index.LocalRank;
        if (rank is null && settings.Ranks.Value == RankPolicy.Zero)
            warnings.Add(new Problem(ProblemReasons.Limited, $"ranks: zero ({settings.Ranks.Origin}), but nothing in the pod tells its rank; it logs"));
        return rank is null or 0 ? null : settings.Ranks.Origin;
    }

    private static InjectionPlan DisabledPlan(InjectionSubject subject, ContainerChoice choice, Origin origin, List<Problem> warnings)
    {
        var containers = choice.Chosen
            .Select(container => new ContainerPlan
            {
                Container = container,
                Variables = ContainerVariables.Of(container, [WandbEnvironment.Disabled(origin)], subject.Facts),
            })
            .ToList();
        return new InjectionPlan
        {
            RunName = subject.Run.Metadata.Name,
            RunUid = subject.Run.Metadata.Uid,
            ProfileName = subject.Profile?.Metadata.Name,
            Mode = RunMode.Disabled,
            Containers = containers,
            Warnings = [.. warnings, .. PlanWarnings.Of(containers)],
            Left = choice.Left,
        };
    }

    private static InjectionPlan FullPlan(
        InjectionSubject subject, ContainerChoice choice, RunDirectories directories, AgentResources resources, List<Problem> warnings)
    {
        var settings = subject.Settings;
        var volumes = new VolumeNames(subject.Pod);
        var name = DisplayName.Of(subject);
        var containers = directories.Containers.Select(directory => Container(subject, directories, directory, volumes, name, warnings)).ToList();
        var hook = PythonHook.Of(subject, directories, warnings);
        if (hook is not null)
            containers = [.. containers.Select(plan => PythonHook.In(plan, hook, volumes.PythonHook, subject.Facts))];
        var grace = Grace(subject.Pod, settings);
        var settingsFile = SettingsText(containers);
        var sharesTmp = containers.Any(container => container.Mounts.Any(mount => JsonRead.Text(mount["name"]) == volumes.Tmp));
        var agent = new AgentPlan
        {
            Image = AgentImage.Of(settings, subject.Defaults),
            Variables = AgentVariables.For(subject, choice.Chosen, directories, PlanAdditions.Of(subject, name, containers), grace.Effective, sharesTmp),
            CopiedVariables = [.. directories.Variables.Select(entry => entry.Json)],
            Mounts = AgentMounts(subject, directories, volumes, sharesTmp),
            Resources = resources,
            User = AgentUser.For(subject.Pod, choice.Chosen, settings.Mode.Value is RunMode.Offline, settings.AgentIsNonRoot),
        };
        return new InjectionPlan
        {
            RunName = subject.Run.Metadata.Name,
            RunUid = subject.Run.Metadata.Uid,
            ProfileName = subject.Profile?.Metadata.Name,
            Mode = settings.Mode.Value,
            Containers = containers,
            Agent = agent,
            Volumes = [.. Volumes(subject, volumes, sharesTmp), .. AnnotationVolumes(volumes, settingsFile is not null, hook is not null)],
            SettingsFile = settingsFile,
            HasPythonHook = hook is not null,
            GraceSeconds = grace.Raised,
            PullSecrets = AgentImage.PullSecrets(settings),
            Warnings = [.. warnings, .. PlanWarnings.Of(containers), .. PlanWarnings.OfSharedTmp(settings.ShareTmp, agent.User), .. PlanWarnings.OfProxies(settings), .. NameResolution.Warnings(subject)],
            Left = choice.Left,
        };
    }

    private static ContainerPlan Container(
        InjectionSubject subject, RunDirectories directories, ContainerDirectory directory, VolumeNames volumes, DisplayName name, List<Problem> warnings)
    {
        var several = directories.Containers.Count > 1;
        var id = RunIdentity.Of(subject, several ? directory.Container.Name : null, out var warning);
        // Who sets it himself has seen to it.
        if (warning is not null && directory.Container.Variable(RunIdentity.Variable) is null && !warnings.Contains(warning))
            warnings.Add(warning);
        var wanted = WandbEnvironment.For(subject.Settings, name.Variable, id, !several, directory).ToList();
        if (name.NeedsNode)
            wanted.Insert(0, new WantedVariable(DisplayName.NodeVariable, new EnvValue.Field("spec.nodeName"), Origin.BuiltIn) { IsNeeded = true });
        var variables = ContainerVariables.Of(directory.Container, wanted, subject.Facts);
        var mounts = new List<JsonObject> { RunVolumes.Mount(volumes.Runs, directories.Shared) };
        if (variables.Added.Any(variable => variable.Name == "TMPDIR"))
            mounts.Add(RunVolumes.Mount(volumes.Tmp, directories.Tmp));
        if (variables.InSettingsFile.Count > 0 && directory.Container.Variable(SettingsFile.DirectoryVariable) is not null)
        {
            // The user has a settings file of his own.
            variables = variables with { InSettingsFile = [], Withheld = [.. variables.InSettingsFile, .. variables.Withheld] };
        }
        else if (variables.InSettingsFile.Count > 0)
        {
            mounts.Add(RunVolumes.Mount(volumes.Settings, directories.Settings, isReadOnly: true));
            var place = new WantedVariable(SettingsFile.DirectoryVariable, new EnvValue.Text(directories.Settings), Origin.BuiltIn) { IsNeeded = true };
            variables = variables with { Added = [.. variables.Added, place] };
        }
        return new ContainerPlan { Container = directory.Container, Variables = variables, Mounts = mounts };
    }

    private static List<JsonObject> AgentMounts(InjectionSubject subject, RunDirectories directories, VolumeNames volumes, bool sharesTmp)
    {
        var mounts = new List<JsonObject>
        {
            RunVolumes.Mount(volumes.Runs, directories.Shared),
            RunVolumes.Mount(volumes.State, AgentPaths.State),
        };
        mounts.AddRange(AgentAccess.Mounts(subject, volumes));
        if (sharesTmp)
            mounts.Add(RunVolumes.Mount(volumes.Tmp, directories.Tmp));
        mounts.AddRange(directories.Mirrored.Select(mount => mount.Mount));
        return mounts;
    }

    private static List<JsonObject> Volumes(InjectionSubject subject, VolumeNames names, bool sharesTmp)
    {
        var volumes = new List<JsonObject> { RunVolumes.Shared(names.Runs, subject.Settings.Storage?.Value), RunVolumes.EmptyDir(names.State) };
        volumes.AddRange(AgentAccess.Volumes(subject, names));
        if (sharesTmp)
            volumes.Add(RunVolumes.EmptyDir(names.Tmp));
        return volumes;
    }

    private static IEnumerable<JsonObject> AnnotationVolumes(VolumeNames names, bool hasSettingsFile, bool hasPythonHook)
    {
        if (hasSettingsFile)
            yield return RunVolumes.Annotation(names.Settings, InjectionKeys.Settings, SettingsFile.FileName);
        if (hasPythonHook)
            yield return RunVolumes.Annotation(names.PythonHook, InjectionKeys.PythonHook, PythonHook.FileName);
    }

    private static string? SettingsText(List<ContainerPlan> containers)
    {
        var texts = containers
            .SelectMany(container => container.Variables.InSettingsFile)
            .DistinctBy(variable => variable.SettingsKey)
            .ToDictionary(variable => variable.SettingsKey!, variable => ((EnvValue.Text)variable.Value).Value, StringComparer.Ordinal);
        return texts.Count == 0 ? null : SettingsFile.Text(texts);
    }

    private static (int? Raised, int Effective) Grace(PodView pod, EffectiveSettings settings)
    {
        var own = (int)Math.Min(int.MaxValue, JsonRead.Number(pod.Spec["terminationGracePeriodSeconds"]) ?? DefaultGraceSeconds);
        return settings.DrainSeconds is { } drain && drain.Value > own ? (drain.Value, drain.Value) : (null, own);
    }
}
