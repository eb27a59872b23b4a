using System.Threading.Channels;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Runs;

/// <summary>
/// Watches for an API server that makes ordinary init containers of native sidecars (feature gate SidecarContainers). Its version is asked for when there is a
/// pod that makes it matter, and again with the next one while no answer came. Safe for concurrent use.
/// </summary>
internal sealed class DroppedSidecars : BackgroundService
{
    private readonly KubernetesApi _api;
    private readonly ILogger<DroppedSidecars> _log;
    private readonly DateTimeOffset _started;

    // What came while the last one is worked on is one more look.
    private readonly Channel<NamespacedName> _seen = Channel.CreateBounded<NamespacedName>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    // Guards _pods.
    private readonly Lock _gate = new();
    private HeldUpPods _pods = HeldUpPods.None;
    private ServerVersion? _version;
    private volatile string? _pod;

    public DroppedSidecars(ResourceCache<KnownPod> pods, KubernetesApi api, TimeProvider time, ILogger<DroppedSidecars> log)
    {
        (_api, _log, _started) = (api, log, time.GetUtcNow());
        pods.Changed += PodChanged;
    }

    /// <summary>
    /// <c>namespace/name</c> of a pod that shows it, since this program started; null: sidecars are what they should be, as far as is known. It is not
    /// forgotten when the pod goes: such an API server does so with each.
    /// </summary>
    public string? Pod => _pod;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var pod in _seen.Reader.ReadAllAsync(stoppingToken))
            {
                if (_version is null && !await AskAsync(pod, stoppingToken))
                    continue;
                if (Conclude(_version!))
                    return;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private void PodChanged(NamespacedName key, KnownPod? before, KnownPod? after)
    {
        // An older one may be of a time when the gate was off.
        if (after is not { IsHeldUp: true } || after.CreatedAt < _started || before?.Uid == after.Uid)
            return;
        lock (_gate)
            _pods = _pods.With(after);
        _seen.Writer.TryWrite(key);
    }

    /// <returns>Whether the version is known now.</returns>
    private async Task<bool> AskAsync(NamespacedName pod, CancellationToken ct)
    {
        var outcome = await _api.GetAsync(ServerVersion.Path, ct);
        _version = outcome is ApiOutcome.Done done ? ServerVersion.Read(done.Body) : null;
        if (_version is null)
        {
            _log.VersionNotRead(pod, outcome switch
            {
                ApiOutcome.Refused refused => refused.Refusal.ToString(),
                ApiOutcome.Failed failed => failed.Reason,
                _ => $"{ServerVersion.Path} names no major and minor version",
            });
            return false;
        }
        if (!HeldUpPods.MayDropSidecars(_version))
            _log.SidecarTakenApart(pod, _version);
        return true;
    }

    /// <returns>Whether it is known for good.</returns>
    private bool Conclude(ServerVersion version)
    {
        HeldUpPods pods;
        lock (_gate)
            pods = _pods;
        if (pods.ShowThatSidecarsAreDropped(version))
        {
            _log.SidecarsDropped(pods.First!.Value, pods.Second!.Value, version);
            _pod = pods.First.Value.ToString();
            return true;
        }
        // Nothing that comes can show it.
        return !HeldUpPods.MayDropSidecars(version);
    }
}
