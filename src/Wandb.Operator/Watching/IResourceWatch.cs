namespace Wandb.Operator.Watching;

/// <summary>A watch without the type of its objects.</summary>
internal interface IResourceWatch
{
    /// <summary>Returns only by cancellation.</summary>
    Task RunAsync(CancellationToken ct);
}
