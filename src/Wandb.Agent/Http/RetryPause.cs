namespace Wandb.Agent.Http;

/// <summary>The time before a server that refused is tried again: a new key ends it.</summary>
internal static class RetryPause
{
    /// <summary>Waits until the time is over, or until there may be another key.</summary>
    /// <param name="version">The <see cref="WandbServer.KeyVersion"/> when what was refused was begun.</param>
    /// <param name="poll">Between two looks for a key.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task WaitAsync(WandbServer server, object? version, TimeSpan delay, TimeSpan poll, TimeProvider time, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        while (delay - time.GetElapsedTime(begun) is { Ticks: > 0 } rest && Equals(server.KeyVersion, version))
            await Task.Delay(rest < poll ? rest : poll, time, ct);
    }
}
