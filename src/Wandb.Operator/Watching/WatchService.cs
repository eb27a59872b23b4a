namespace Wandb.Operator.Watching;

/// <summary>Runs every registered watch as long as the program runs. Watches are asynchronous loops: none holds a thread while it waits.</summary>
internal sealed class WatchService(IEnumerable<IResourceWatch> watches) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(watches.Select(watch => watch.RunAsync(stoppingToken)));
}
