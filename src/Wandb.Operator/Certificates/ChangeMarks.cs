using Wandb.Operator.Watching;

namespace Wandb.Operator.Certificates;

/// <summary>Marks <see cref="CertificateChanges"/> when the watched object changes.</summary>
internal sealed class ChangeMarks<T>(ResourceCache<T> cache, CertificateChanges changes) : IHostedService
    where T : class
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cache.Changed += OnChange;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        cache.Changed -= OnChange;
        return Task.CompletedTask;
    }

    private void OnChange(NamespacedName key, T? before, T? after) => changes.Mark();
}
