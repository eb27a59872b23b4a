using System.Text.Json;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>
/// The settings that hold for one pod, each with its origin: pod annotation, pod label, Job label, WandbRun, WandbProfile, chart values, in
/// this order. Null: nobody says anything.
/// </summary>
internal sealed record EffectiveSettings
{
    private readonly IReadOnlyList<(Origin Origin, RunSettings Settings)> _layers;

    // Those of them that a platform team writes.
    private readonly IReadOnlyList<(Origin Origin, WandbProfileSpec Settings)> _platform;

    private EffectiveSettings(IReadOnlyList<(Origin, RunSettings)> others, IReadOnlyList<(Origin Origin, WandbProfileSpec Settings)> platform)
    {
        _layers = [.. others, .. platform.Select(layer => (layer.Origin, (RunSettings)layer.Settings))];
        _platform = platform;
    }

    public Setting<string>? Name { get; private init; }

    public Setting<string>? Notes { get; private init; }

    public Setting<string>? Id { get; private init; }

    public Setting<string>? Project => First(static settings => settings.Project);

    public Setting<string>? Entity => First(static settings => settings.Entity);

    public Setting<string>? Group => First(static settings => settings.Group);

    public Setting<string>? JobType => First(static settings => settings.JobType);

    public Setting<string>? NameTemplate => First(static settings => settings.NameTemplate);

    public Setting<IReadOnlyList<string>>? Tags => First(static settings => settings.Tags);

    public Setting<ResumeMode>? Resume => FirstValue(static settings => settings.Resume);

    public Setting<bool>? SaveCode => FirstValue(static settings => settings.SaveCode);

    public Setting<bool>? DisableCode => FirstValue(static settings => settings.DisableCode);

    public Setting<bool>? SyncTensorboard => FirstValue(static settings => settings.SyncTensorboard);

    public Setting<AnonymousMode>? Anonymous => FirstValue(static settings => settings.Anonymous);

    public Setting<bool>? Force => FirstValue(static settings => settings.Force);

    public Setting<bool>? Magic => FirstValue(static settings => settings.Magic);

    public Setting<bool>? MonitorGym => FirstValue(static settings => settings.MonitorGym);

    public Setting<bool>? AllowValChange => FirstValue(static settings => settings.AllowValChange);

    public Setting<ReinitMode>? Reinit => FirstValue(static settings => settings.Reinit);

    public Setting<string>? Dir => First(static settings => settings.Dir);

    public Setting<string>? BaseUrl => First(static settings => settings.BaseUrl);

    public Setting<SecretKeyReference>? ApiKeySecretRef => First(static settings => settings.ApiKeySecretRef);

    public Setting<IReadOnlyList<string>>? SummaryMetrics => First(static settings => settings.SummaryMetrics);

    public Setting<SyncPolicy>? SyncPolicy => FirstValue(static settings => settings.Sync?.Policy);

    public Setting<string>? DeleteAfter => First(static settings => settings.Sync?.DeleteAfter);

    public Setting<int>? DrainSeconds => FirstValue(static settings => settings.Sync?.DrainSeconds);

    public Setting<string>? AgentImage => First(static settings => settings.Agent?.Image);

    public Setting<string>? AgentRegistry => First(static settings => settings.Agent?.Registry);

    public Setting<IReadOnlyList<LocalReference>>? PullSecrets => First(static settings => settings.Agent?.ImagePullSecrets);

    public Setting<ResourceAmounts>? AgentResources => First(static settings => settings.Agent?.Resources);

    public Setting<string>? LogLevel => First(static settings => settings.Agent?.LogLevel);

    public bool AgentIsNonRoot => FirstValue(static settings => settings.Agent?.RunAsNonRoot)?.Value ?? false;

    /// <summary>Base URL of a collector that takes OTLP over HTTP.</summary>
    public Setting<string>? OtlpEndpoint => First(static settings => settings.Agent?.OtlpEndpoint);

    public Setting<StorageSettings>? Storage => First(static settings => settings.Storage);

    public Setting<RunMode> Mode =>
        FirstValue(static settings => settings.Mode is RunMode.DryRun ? RunMode.Offline : settings.Mode)
        ?? new Setting<RunMode>(RunMode.Offline, Origin.BuiltIn);

    public Setting<RankPolicy> Ranks =>
        FirstValue(static settings => settings.Ranks) ?? new Setting<RankPolicy>(RankPolicy.All, Origin.BuiltIn);

    public bool Required => FirstValue(static settings => settings.Required)?.Value ?? false;

    public Setting<bool>? PythonHook => FirstValue(static settings => settings.PythonHook);

    public bool ShareTmp => FirstValue(static settings => settings.ShareTmp)?.Value ?? false;

    public Setting<ConfigMapKeyReference>? CaBundle => First(_platform, static settings => settings.CaBundle);

    public Setting<ProxySettings>? Proxy => First(_platform, static settings => settings.Proxy);

    public Setting<IReadOnlyList<string>>? AllowedProjects => First(_platform, static settings => settings.AllowedProjects);

    public Setting<IReadOnlyList<string>>? AllowedEntities => First(_platform, static settings => settings.AllowedEntities);

    /// <summary>Merged name by name; in the order of the names.</summary>
    public IReadOnlyDictionary<string, Setting<string>> Env => Merged(static settings => settings.Env);

    /// <summary>Merged key by key; in the order of the keys.</summary>
    public IReadOnlyDictionary<string, Setting<JsonElement>> Config => Merged(static settings => settings.Config);

    /// <param name="request">From the pod.</param>
    /// <param name="run">The WandbRun that it names.</param>
    /// <param name="profile">The profile of that run, if there is one.</param>
    /// <param name="chart">The chart's values.</param>
    public static EffectiveSettings Of(InjectionRequest request, WandbRun run, WandbProfile? profile, WandbProfileSpec chart)
    {
        var fromRun = new Origin(OriginLayer.Run, run.Metadata.Name);
        var platform = new List<(Origin, WandbProfileSpec)>(2);
        if (profile is not null)
            platform.Add((new Origin(OriginLayer.Profile, profile.Metadata.Name), profile.Spec));
        platform.Add((new Origin(OriginLayer.Chart, ""), chart));
        return new EffectiveSettings([.. request.Layers, (fromRun, run.Spec)], platform)
        {
            Name = request.Name is { } name ? new Setting<string>(name, new Origin(OriginLayer.PodAnnotation, "")) : Of(run.Spec.Name, fromRun),
            Notes = Of(run.Spec.Notes, fromRun),
            Id = Of(run.Spec.Id, fromRun),
        };
    }

    private static Setting<string>? Of(string? value, Origin origin) => value is null ? null : new Setting<string>(value, origin);

    private Setting<T>? First<T>(Func<RunSettings, T?> select)
        where T : class => First(_layers, select);

    private static Setting<T>? First<TLayer, T>(IReadOnlyList<(Origin, TLayer)> layers, Func<TLayer, T?> select)
        where T : class
    {
        foreach (var (origin, settings) in layers)
        {
            if (select(settings) is { } value)
                return new Setting<T>(value, origin);
        }
        return null;
    }

    private Setting<T>? FirstValue<T>(Func<RunSettings, T?> select)
        where T : struct
    {
        foreach (var (origin, settings) in _layers)
        {
            if (select(settings) is { } value)
                return new Setting<T>(value, origin);
        }
        return null;
    }

    private SortedDictionary<string, Setting<T>> Merged<T>(Func<RunSettings, IReadOnlyDictionary<string, T>?> select)
    {
        var merged = new SortedDictionary<string, Setting<T>>(StringComparer.Ordinal);
        foreach (var (origin, settings) in _layers)
        {
            foreach (var (name, value) in select(settings) ?? new Dictionary<string, T>(0))
                merged.TryAdd(name, new Setting<T>(value, origin));
        }
        return merged;
    }
}
