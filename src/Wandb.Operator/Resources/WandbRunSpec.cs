namespace Wandb.Operator.Resources;

/// <summary>The arguments of <c>wandb.init()</c> for every pod that names this run.</summary>
internal sealed record WandbRunSpec : RunSettings
{
    /// <summary>Display name; not together with a template.</summary>
    public string? Name { get; init; }

    public string? Notes { get; init; }

    /// <summary>
    /// Run id. Pods of one owner that differ by an index get <c>ID-INDEX</c>, several containers <c>ID-CONTAINER</c>: one id would merge their runs.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>Name of a WandbProfile; null: <c>default</c>, if there is one.</summary>
    public string? Profile { get; init; }

    /// <summary>Containers to inject; null: all but known sidecars.</summary>
    public IReadOnlyList<string>? Containers { get; init; }

    /// <summary>Expected size of the group.</summary>
    public int? Folds { get; init; }
}
