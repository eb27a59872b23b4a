using Wandb.Operator.Resources;

namespace Wandb.Operator.Injection;

/// <summary>
/// Effective values that must not reach a trainer. The schemas of our kinds refuse them, too; labels, chart values and objects of an older
/// schema come past them.
/// </summary>
internal static class EffectiveSettingsProblems
{
    public static IEnumerable<Problem> Of(EffectiveSettings settings)
    {
        foreach (var problem in Values(settings).Concat(Variables(settings)).Concat(Proxies(settings.Proxy)).Concat(AgentAmounts.Problems(settings)))
            yield return problem;
        if (Begins(settings) is { } begins)
            yield return begins;
        if (NotAllowed("project", settings.Project, settings.AllowedProjects) is { } project)
            yield return project;
        if (NotAllowed("entity", settings.Entity, settings.AllowedEntities) is { } entity)
            yield return entity;
    }

    private static IEnumerable<Problem> Values(EffectiveSettings settings) =>
        new[]
        {
            Check("project", settings.Project, RunValues.Project),
            Check("entity", settings.Entity, RunValues.Entity),
            Check("group", settings.Group, RunValues.Label),
            Check("job type", settings.JobType, RunValues.Label),
            Check("name", settings.Name, RunValues.Label),
            Check("notes", settings.Notes, RunValues.Notes),
            Check("name template", settings.NameTemplate, RunName.TemplateProblem),
            Check("id", settings.Id, RunValues.Id),
            Check("dir", settings.Dir, RunValues.Directory),
            Check("server address", settings.BaseUrl, RunValues.BaseUrl),
            Check("age of removal", settings.DeleteAfter, RunValues.Duration),
            Check("agent.otlpEndpoint", settings.OtlpEndpoint, RunValues.OtlpEndpoint),
            Check("agent's image", settings.AgentImage, RunValues.Image),
            Check("agent.registry", settings.AgentRegistry, RunValues.Image),
            Key("apiKeySecretRef.key", settings.ApiKeySecretRef?.Origin, settings.ApiKeySecretRef?.Value.KeyOrDefault, "Secret"),
            Key("caBundle.key", settings.CaBundle?.Origin, settings.CaBundle?.Value.KeyOrDefault, "ConfigMap"),
        }
        .OfType<Problem>()
        .Concat(Tags(settings.Tags));

    private static IEnumerable<Problem> Proxies(Setting<ProxySettings>? proxy) =>
        from named in new[] { (What: "httpProxy", Value: proxy?.Value.HttpProxy), (What: "httpsProxy", Value: proxy?.Value.HttpsProxy) }
        where named.Value is not null
        let wrong = RunValues.Proxy(named.Value)
        where wrong is not null
        select Bad(named.What, proxy!.Origin, wrong);

    private static IEnumerable<Problem> Tags(Setting<IReadOnlyList<string>>? tags)
    {
        foreach (var tag in tags?.Value ?? [])
        {
            if (RunValues.Tag(tag) is { } wrong)
                yield return Bad("tag", tags!.Origin, wrong);
        }
    }

    private static IEnumerable<Problem> Variables(EffectiveSettings settings) =>
        from variable in settings.Env
        let wrong = RunValues.Variable(variable.Key, variable.Value.Value)
        where wrong is not null
        select Bad($"variable {variable.Key}", variable.Value.Origin, wrong);

    /// <summary>Each is fine alone. Those of one object are refused by its kind; a run and its profile may have one each.</summary>
    private static Problem? Begins(EffectiveSettings settings)
    {
        var said = SdkVariables.Branches
            .Where(settings.Env.ContainsKey)
            .Select(name => $"variable {name} ({settings.Env[name].Origin})")
            .ToList();
        if (settings.Resume is { } resume)
            said.Insert(0, $"resume ({resume.Origin})");
        return said.Count < 2 ? null : new Problem(ProblemReasons.BadValue, $"{string.Join(" and ", said)} exclude each other: wandb.init() takes only one of them");
    }

    private static Problem? Check(string what, Setting<string>? setting, Func<string, string?> problem) =>
        setting is not null && problem(setting.Value) is { } wrong ? Bad(what, setting.Origin, wrong) : null;

    private static Problem? Key(string what, Origin? origin, string? key, string kind) =>
        origin is null || RunValues.IsKey(key!) ? null : Bad(what, origin, $"'{key}' is no key of a {kind}");

    private static Problem? NotAllowed(string what, Setting<string>? setting, Setting<IReadOnlyList<string>>? allowed) =>
        allowed is null || (setting is not null && allowed.Value.Contains(setting.Value, StringComparer.Ordinal))
            ? null
            : new Problem(
                ProblemReasons.NotAllowed,
                $"{(setting is null ? $"no {what} is given" : $"{what} '{setting.Value}' ({setting.Origin}) is not allowed")}; allowed by {allowed.Origin}: {string.Join(", ", allowed.Value)}");

    private static Problem Bad(string what, Origin origin, string wrong) => new(ProblemReasons.BadValue, $"{what} ({origin}) {wrong}");
}
