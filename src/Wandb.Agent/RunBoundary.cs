using Wandb.Agent.RunFiles;

namespace Wandb.Agent;

/// <summary>What a person is told when something that nobody foresaw ended the work on one run; the others go on.</summary>
internal static class RunBoundary
{
    /// <returns>One sentence.</returns>
    public static string Describe(Exception exception, CancellationToken ct) => exception switch
    {
        OperationCanceledException when ct.IsCancellationRequested => "stopped; the checkpoint keeps what was acknowledged",
        _ when ReadFailure.Is(exception) => $"stopped by the file system: {ReadFailure.Describe(exception)}",
        _ => $"stopped by an error of this program, please report it: {exception.GetType().Name}: {exception.Message}",
    };
}
