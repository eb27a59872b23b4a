namespace Wandb.Operator.Watching;

/// <summary>A cache without the type of its objects.</summary>
internal interface IResourceCache
{
    string Name { get; }

    int Count { get; }

    /// <summary>Every page of the first list was read. Stays true: an old answer is better than none.</summary>
    bool IsFilled { get; }

    Task WhenFilledAsync(CancellationToken ct);
}
