using System.Globalization;
using System.Text.Json;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>Settings as variables of the SDK; the names are those that the SDK reads (WANDB_GROUP is not one of them).</summary>
internal static class WandbEnvironment
{
    private const string Links = "WANDB_SYMLINK";
    private const string ForkFrom = "WANDB_FORK_FROM";
    private const string ResumeFrom = "WANDB_RESUME_FROM";

    /// <summary>For a pod that shall not log: nothing but this.</summary>
    public static WantedVariable Disabled(Origin origin) =>
        new("WANDB_MODE", new EnvValue.Text("disabled"), origin) { IsNeeded = true };

    /// <param name="settings">Of the pod.</param>
    /// <param name="name">Display name; null: none, or the agent gives it.</param>
    /// <param name="id">See <see cref="RunIdentity"/>.</param>
    /// <param name="isAlone">It is the pod's only injected container.</param>
    /// <param name="directory">Of the container.</param>
    /// <returns>In the order in which they are added: those that others refer to come first.</returns>
    public static IEnumerable<WantedVariable> For(
        EffectiveSettings settings, Setting<EnvValue>? name, Setting<string>? id, bool isAlone, ContainerDirectory directory)
    {
        var fields = Fields(settings, name, id, isAlone).Select(field => WithRivals(field, settings, directory.Container)).ToList();
        var free = settings.Env
            .Select(pair => new WantedVariable(pair.Key, new EnvValue.Text(pair.Value.Value), pair.Value.Origin) { SettingsKey = SettingsFile.KeyOf(pair.Key) })
            .ToList();
        return [.. fields.Where(field => !free.Any(other => IsSame(field, other) && other.Origin.Layer < field.Origin.Layer)),
            .. free.Where(other => !fields.Any(field => IsSame(field, other) && field.Origin.Layer <= other.Origin.Layer)),
            .. Directories(settings, directory)];
    }

    /// <summary>A field and an entry of <c>env</c> that say the same setting: the stronger layer holds, and in one layer the field.</summary>
    private static bool IsSame(WantedVariable field, WantedVariable free) => field.Names.Contains(free.Name, StringComparer.Ordinal);

    /// <summary>
    /// A run begins where another one stands, or where another one stood at some step: <c>wandb.init()</c> refuses to be told both. It refuses an id as well,
    /// unless that goes with it (wandb/sdk/wandb_settings.py, wandb_init.py).
    /// </summary>
    private static WantedVariable WithRivals(WantedVariable field, EffectiveSettings settings, ContainerView container) => field.Name switch
    {
        "WANDB_RESUME" => field with { Rivals = [ForkFrom, ResumeFrom] },
        // An id that was given is that of the fork, which must not be the run it comes from.
        RunIdentity.Variable when settings.Id is not null && ForkedRun(container) is { } run && run != (field.Value as EnvValue.Text)?.Value => field with { Rivals = [ResumeFrom] },
        RunIdentity.Variable => field with { Rivals = [ForkFrom, ResumeFrom] },
        _ => field,
    };

    /// <summary>Of <c>RUN?_step=N</c>; null: nothing is forked, or it is not known what.</summary>
    private static string? ForkedRun(ContainerView container) =>
        container.Variable(ForkFrom) is { } entry ? VariableExpansion.Value(container, entry)?.Split('?')[0] : null;

    private static IEnumerable<WantedVariable> Fields(EffectiveSettings settings, Setting<EnvValue>? name, Setting<string>? id, bool isAlone)
    {
        var mode = settings.Mode;
        yield return new WantedVariable("WANDB_MODE", new EnvValue.Text(Word(mode.Value)), mode.Origin) { IsNeeded = true };
        foreach (var variable in Description(settings, name, id, isAlone).Concat(Switches(settings)))
            yield return variable;
        if (mode.Value is RunMode.Online or RunMode.Shared)
        {
            foreach (var variable in Upload(settings))
                yield return variable;
        }
        else
        {
            // run.save() links to the user's file (symlink) or copies it; a link into the trainer's own file system leads nowhere in the agent.
            yield return new WantedVariable(Links, new EnvValue.Text("false"), Origin.BuiltIn) { SettingsKey = SettingsFile.KeyOf(Links) };
        }
    }

    private static IEnumerable<WantedVariable> Description(EffectiveSettings settings, Setting<EnvValue>? name, Setting<string>? id, bool isAlone)
    {
        var variables = new List<WantedVariable?>
        {
            Of("WANDB_ENTITY", settings.Entity, "entity"),
            Of("WANDB_PROJECT", settings.Project, "project"),
            Of("WANDB_RUN_GROUP", settings.Group, "run_group"),
            Of("WANDB_JOB_TYPE", settings.JobType, "run_job_type", "WANDB_RUN_JOB_TYPE"),
            name is null ? null : new WantedVariable("WANDB_NAME", name.Value, name.Origin)
            {
                Aliases = ["WANDB_RUN_NAME"],
                SettingsKey = name.Value is EnvValue.Text ? "run_name" : null,
            },
            Of("WANDB_NOTES", settings.Notes, "run_notes", "WANDB_RUN_NOTES"),
            Of("WANDB_TAGS", settings.Tags is { Value.Count: > 0 } tags ? new Setting<string>(string.Join(',', tags.Value), tags.Origin) : null, null, "WANDB_RUN_TAGS"),
            // One file serves all containers, and each needs an id of its own.
            Of(RunIdentity.Variable, id, isAlone ? "run_id" : null),
            Of("WANDB_RESUME", Word(settings.Resume), "resume"),
        };
        return variables.OfType<WantedVariable>();
    }

    private static IEnumerable<WantedVariable> Switches(EffectiveSettings settings) =>
        new[]
        {
            Of("WANDB_SAVE_CODE", Word(settings.SaveCode), "save_code"),
            Of("WANDB_DISABLE_CODE", Word(settings.DisableCode), "disable_code"),
            Of("WANDB_SYNC_TENSORBOARD", Word(settings.SyncTensorboard), "sync_tensorboard"),
            Of("WANDB_ANONYMOUS", Word(settings.Anonymous), null),
            Of("WANDB_FORCE", Word(settings.Force), "force"),
            Of("WANDB_MAGIC", Word(settings.Magic), null),
            Of("WANDB_MONITOR_GYM", Word(settings.MonitorGym), null),
            Of("WANDB_ALLOW_VAL_CHANGE", Word(settings.AllowValChange), "allow_val_change"),
            Of("WANDB_REINIT", Word(settings.Reinit), "reinit"),
        }.OfType<WantedVariable>();

    /// <summary>For the modes in which the SDK uploads.</summary>
    private static IEnumerable<WantedVariable> Upload(EffectiveSettings settings)
    {
        if (settings.BaseUrl is { } url)
            yield return new WantedVariable("WANDB_BASE_URL", new EnvValue.Text(url.Value), url.Origin) { IsNeeded = true };
        if (settings.ApiKeySecretRef is { } key)
        {
            yield return new WantedVariable("WANDB_API_KEY", new EnvValue.SecretKey(key.Value.Name, key.Value.KeyOrDefault), key.Origin)
            {
                IsNeeded = true,
                Aliases = ["WANDB_IDENTITY_TOKEN_FILE"],
            };
        }
        if (settings.Proxy is { Value.HttpProxy: { } http } plain && RunValues.IsProxyOfSdk(http))
            yield return new WantedVariable("WANDB_HTTP_PROXY", new EnvValue.Text(http), plain.Origin);
        if (settings.Proxy is { Value.HttpsProxy: { } https } secure && RunValues.IsProxyOfSdk(https))
            yield return new WantedVariable("WANDB_HTTPS_PROXY", new EnvValue.Text(https), secure.Origin);
    }

    private static IEnumerable<WantedVariable> Directories(EffectiveSettings settings, ContainerDirectory directory)
    {
        var own = directory.Base;
        if (own.Contains($"$({RunDirectories.TrainerPodName})", StringComparison.Ordinal))
            yield return Needed(RunDirectories.TrainerPodName, new EnvValue.Field("metadata.name"));
        yield return Needed("WANDB_DIR", new EnvValue.Expression(directory.Directory ?? own)) with
        {
            Aliases = ["WANDB_ROOT_DIR"],
            Origin = settings.Dir?.Origin ?? Origin.BuiltIn,
        };
        yield return Needed("WANDB_DATA_DIR", new EnvValue.Expression(own + "/.data"));
        yield return Needed("WANDB_CACHE_DIR", new EnvValue.Expression(own + "/.cache"));
        yield return Needed("WANDB_ARTIFACT_DIR", new EnvValue.Expression(own + "/.artifacts"));
        if (directory.Tmp is { } tmp)
            yield return new WantedVariable("TMPDIR", new EnvValue.Text(tmp), Origin.BuiltIn);
    }

    private static WantedVariable Needed(string name, EnvValue value) => new(name, value, Origin.BuiltIn) { IsNeeded = true };

    private static WantedVariable? Of(string name, Setting<string>? setting, string? key, params string[] aliases) =>
        setting is null
            ? null
            : new WantedVariable(name, new EnvValue.Text(setting.Value), setting.Origin) { SettingsKey = key, Aliases = aliases };

    private static Setting<string>? Word(Setting<bool>? setting) =>
        setting is null ? null : new Setting<string>(setting.Value ? "true" : "false", setting.Origin);

    private static Setting<string>? Word<T>(Setting<T>? setting)
        where T : struct, Enum =>
        setting is null ? null : new Setting<string>(Word(setting.Value), setting.Origin);

    /// <summary>The SDK's word: that of our kinds.</summary>
    private static string Word<T>(T value)
        where T : struct, Enum => value switch
        {
            RunMode mode => JsonSerializer.SerializeToElement(mode, OperatorJson.Default.RunMode).GetString()!,
            ResumeMode resume => JsonSerializer.SerializeToElement(resume, OperatorJson.Default.ResumeMode).GetString()!,
            AnonymousMode anonymous => JsonSerializer.SerializeToElement(anonymous, OperatorJson.Default.AnonymousMode).GetString()!,
            ReinitMode reinit => JsonSerializer.SerializeToElement(reinit, OperatorJson.Default.ReinitMode).GetString()!,
            _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        };
}
