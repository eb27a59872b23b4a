namespace Wandb.Operator.Injection;

/// <summary>A variable that a training container shall have unless the user set it.</summary>
internal sealed record WantedVariable(string Name, EnvValue Value, Origin Origin)
{
    /// <summary>Other names under which the SDK reads the same setting: who set one of them set this.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Other settings beside which the SDK does not take it: where the user set one of them, that is kept, and this left out.</summary>
    public IReadOnlyList<string> Rivals { get; init; } = [];

    /// <summary>Without it the trainer would not run or its runs would not be seen: it is set even where an unreadable <c>envFrom</c> might set it.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>Key in the SDK's settings file, which every variable beats; null: it cannot stand there.</summary>
    public string? SettingsKey { get; init; }

    /// <summary>What it means that the user's is kept, where that is more than another value; told in its place.</summary>
    public string? Consequence { get; init; }

    public IEnumerable<string> Names => Aliases.Prepend(Name);
}
