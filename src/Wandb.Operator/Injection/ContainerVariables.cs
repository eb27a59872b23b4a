namespace Wandb.Operator.Injection;

/// <summary>What becomes of the wanted variables in one container.</summary>
internal sealed record ContainerVariables
{
    public required IReadOnlyList<WantedVariable> Added { get; init; }

    /// <summary>Given through the SDK's settings file, because an <c>envFrom</c> that cannot be read might set them.</summary>
    public required IReadOnlyList<WantedVariable> InSettingsFile { get; init; }

    /// <summary>Neither added nor in the file, for the same reason: the agent may still help.</summary>
    public required IReadOnlyList<WantedVariable> Withheld { get; init; }

    public required IReadOnlyList<KeptVariable> Kept { get; init; }

    public static ContainerVariables Of(ContainerView container, IEnumerable<WantedVariable> wanted, NamespaceFacts facts)
    {
        var added = new List<WantedVariable>();
        var inFile = new List<WantedVariable>();
        var withheld = new List<WantedVariable>();
        var kept = new List<KeptVariable>();
        var ousted = new List<(string Rival, WantedVariable Variable)>();
        foreach (var variable in wanted)
        {
            if (variable.Names.Select(container.Variable).FirstOrDefault(entry => entry is not null) is { } users)
            {
                if (users.Literal != (variable.Value as EnvValue.Text)?.Value || users.Literal is null)
                    kept.Add(new KeptVariable(container.Name, users.Name, users.Literal, variable));
                continue;
            }
            if (variable.Rivals.FirstOrDefault(name => container.Variable(name) is not null || EnvFromKeys.Sets(container, name, facts) == EnvFromKeys.Answer.Yes) is { } rival)
            {
                ousted.Add((rival, variable));
                continue;
            }
            switch (variable.Names.Max(name => EnvFromKeys.Sets(container, name, facts)))
            {
                case EnvFromKeys.Answer.Yes:
                    kept.Add(new KeptVariable(container.Name, variable.Name, null, variable));
                    break;
                case EnvFromKeys.Answer.Unknown when !variable.IsNeeded:
                    (CanStandInFile(variable) ? inFile : withheld).Add(variable);
                    break;
                default:
                    added.Add(variable);
                    break;
            }
        }
        kept.AddRange(ousted.GroupBy(pair => pair.Rival, pair => pair.Variable).Select(group => new KeptVariable(
            container.Name, group.Key, container.Variable(group.Key)?.Literal, group.First() with { Consequence = WithoutThem([.. group]) })));
        added.RemoveAll(variable => IsHelper(variable) && !added.Any(other => Mentions(other, variable.Name)));
        return new ContainerVariables { Added = added, InSettingsFile = inFile, Withheld = withheld, Kept = kept };
    }

    public ContainerVariables And(ContainerVariables more) => new()
    {
        Added = [.. Added, .. more.Added],
        InSettingsFile = [.. InSettingsFile, .. more.InSettingsFile],
        Withheld = [.. Withheld, .. more.Withheld],
        Kept = [.. Kept, .. more.Kept],
    };

    private static string WithoutThem(IReadOnlyList<WantedVariable> ousted) =>
        $"it goes without {string.Join(" and ", ousted.Select(variable => $"{variable.Name} ({variable.Origin})"))}, which the SDK does not take beside it";

    private static bool CanStandInFile(WantedVariable variable) =>
        variable is { SettingsKey: not null, Value: EnvValue.Text text } && SettingsFile.CanHold(text.Value);

    // Ours, and nothing to the SDK: it stays out of a container in which no other variable refers to it.
    private static bool IsHelper(WantedVariable variable) => variable.Name is RunDirectories.TrainerPodName or DisplayName.NodeVariable;

    private static bool Mentions(WantedVariable variable, string name) =>
        variable.Value is EnvValue.Expression expression && expression.Value.Contains($"$({name})", StringComparison.Ordinal);
}
