namespace Wandb.Operator.Injection;

/// <summary>A directory in which a container writes its runs, on a volume of the user's.</summary>
/// <param name="What">Who says so, for people.</param>
/// <param name="Path">Absolute; up to the first field of the pod that stands in it (<paramref name="Fields"/>), if there is one. Null: see <paramref name="Problem"/>.</param>
/// <param name="Root">What the agent is to look at; may hold <c>$(NAME)</c> of the fields.</param>
/// <param name="Fields">Entries of the container's <c>env</c> that stand in the root.</param>
/// <param name="IsSetByUser">By a variable of the container.</param>
/// <param name="Problem">Why nobody knows where it is, to be put behind <paramref name="What"/>.</param>
internal sealed record UserDirectory(string What, string? Path, string Root, IReadOnlyList<EnvEntry> Fields, bool IsSetByUser, string? Problem)
{
    /// <param name="container">The container.</param>
    /// <param name="settings">Of the pod.</param>
    /// <param name="part">Behind a directory that all containers have; empty, or begins with a slash.</param>
    /// <returns>Null: it is ours to choose.</returns>
    public static UserDirectory? Of(ContainerView container, EffectiveSettings settings, string part)
    {
        if ((container.Variable("WANDB_DIR") ?? container.Variable("WANDB_ROOT_DIR")) is { } entry)
            return OfVariable(container, entry);
        return settings.Dir is { } dir && PodPath.Normal(dir.Value) is var asked && container.Mounts.Any(mount => mount.Covers(asked))
            ? new UserDirectory($"dir ({dir.Origin})", asked + part, asked, [], false, null)
            : null;
    }

    private static UserDirectory OfVariable(ContainerView container, EnvEntry entry)
    {
        var what = $"{entry.Name} of container {container.Name}";
        IReadOnlyList<EnvEntry> fields = [];
        var value = VariableExpansion.Value(container, entry) ?? VariableExpansion.WithFields(container, entry, out fields);
        if (value is null)
            return Unknown("comes from a reference, so that nobody knows where the runs will be; give its value, or leave it to the operator");
        if (value.Contains(':', StringComparison.Ordinal))
            return Unknown($"is '{value}'; the agent is given its directories with colons between them");
        if (!value.StartsWith('/'))
        {
            if (container.WorkingDirectory is not { } working || !working.StartsWith('/'))
                return Unknown($"is '{value}', which is no absolute path");
            value = $"{(fields.Count == 0 ? working : working.Replace("$", "$$", StringComparison.Ordinal))}/{value}";
        }
        var path = PodPath.Normal(value);
        if (fields.Count == 0)
            return new UserDirectory(what, path, path, fields, true, null);
        return KnownPart(value) is { } known
            ? new UserDirectory(what, known, path, fields, true, null)
            : Unknown($"is '{value}', which may lead up again; give it without dots");

        UserDirectory Unknown(string problem) => new(what, null, "", [], true, problem);
    }

    /// <summary>The directories before the first field; null: they may be left again. A label that the pod does not have is empty.</summary>
    public static string? KnownPart(string expression)
    {
        var literals = VariableExpansion.Literals(expression);
        return string.Concat(literals).Contains("..", StringComparison.Ordinal) ? null : PodPath.Normal(literals[0][..(literals[0].LastIndexOf('/') + 1)]);
    }
}
