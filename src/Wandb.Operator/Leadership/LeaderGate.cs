using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Leadership;

/// <summary>
/// Leadership by one Lease, by the rules of client-go: 1. read it, 2. take or renew it where that is due, 3. look again soon, for ever, whatever the API
/// server answers; 4. at the end, give it back. What is led ends when the lease was not renewed within the deadline, also while a request hangs.
/// KubernetesClient's LeaderElector is not used: it stops for good when the server cannot be reached, and never gives the lease back.
/// </summary>
internal sealed class LeaderGate(
    KubernetesApi api, OperatorOptions options, string identity, ServerPorts ports, Draining draining, TimeProvider time, ILogger<LeaderGate> log)
    : BackgroundService, ILeadership, ILeaderAddress
{
    // Of one release: the process has less than 10 s for its end.
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _deadline = TimeSpan.FromSeconds(options.LeaseRenewDeadlineSeconds);
    private readonly string _collection = $"/apis/coordination.k8s.io/v1/namespaces/{Uri.EscapeDataString(options.Namespace)}/leases";

    // Guards _leading, _next, _held and _term.
    private readonly Lock _gate = new();
    private CancellationTokenSource? _leading;

    // The lease as this replica took it last: whoever takes it in between leaves another time, or another number of changes.
    private (int Transitions, string? AcquireTime)? _held;
    private int _term;
    private TaskCompletionSource<CancellationToken> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The last lease that was read or written, and when it was first seen so.
    private volatile Seen? _seen;

    public bool IsLeader
    {
        get
        {
            lock (_gate)
                return _leading is { IsCancellationRequested: false };
        }
    }

    public int Term
    {
        get
        {
            lock (_gate)
                return _term;
        }
    }

    public IPEndPoint? Leader => _seen?.Lease is { Holder.Length: > 0 } lease && lease.Holder != identity ? Parse(lease.HolderAddress) : null;

    private string Path => $"{_collection}/{Uri.EscapeDataString(options.LeaseName)}";

    public ValueTask<CancellationToken> WaitForLeadershipAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            return _leading is { IsCancellationRequested: false }
                ? ValueTask.FromResult(_leading.Token)
                : new ValueTask<CancellationToken>(_next.Task.WaitAsync(ct));
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of the loop: after a mistake of ours somebody must still lead.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, draining.Begun);
        try
        {
            var address = await OwnAddressAsync(stop.Token);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await StepAsync(address, stop.Token);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    log.ElectionFailed(exception, options.LeaseName);
                }
                // 3. Not all replicas at one moment.
                await Task.Delay(TimeSpan.FromSeconds(options.LeaseRetrySeconds) * (1 + 0.2 * Random.Shared.NextDouble()), time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end.
        }
        await ReleaseAsync();
    }

    private async Task StepAsync(string? address, CancellationToken ct)
    {
        // 1.
        var began = time.GetTimestamp();
        JsonElement? existing = null;
        switch (await api.SendAsync(Request(HttpMethod.Get, Path, default), ct))
        {
            case ApiOutcome.Done done:
                existing = done.Body;
                See(done.Body);
                break;
            case ApiOutcome.Refused { Refusal.IsNotFound: true }:
                break;
            case var failed:
                Tell(failed);
                return;
        }

        // 2.
        var lease = existing is null ? null : _seen!.Lease;
        var step = lease is null ? LeaseStep.Take : LeaseSteps.For(lease, identity, time.GetElapsedTime(_seen!.Since));
        if (step == LeaseStep.Follow)
        {
            Lose();
            return;
        }
        var held = LeaseSteps.Held(lease, identity, address, TimeSpan.FromSeconds(options.LeaseDurationSeconds), time.GetUtcNow());
        var body = held.Write(options.Namespace, options.LeaseName, existing);
        var request = existing is null ? Request(HttpMethod.Post, _collection, body) : Request(HttpMethod.Put, Path, body);
        switch (await api.SendAsync(request, ct))
        {
            case ApiOutcome.Done done:
                See(done.Body);
                Lead(held, _deadline - time.GetElapsedTime(began));
                break;
            case ApiOutcome.Refused { Refusal.IsConflict: true }:
                // Another replica was quicker; who it is shows the next look.
                break;
            case var failed:
                Tell(failed);
                break;
        }
    }

    private void See(JsonElement body)
    {
        var lease = LeaseRecord.Read(body);
        if (_seen?.Lease != lease)
            _seen = new Seen(lease, body, time.GetTimestamp());
        else
            _seen = _seen with { Body = body };
    }

    private void Lead(LeaseRecord held, TimeSpan left)
    {
        if (left <= TimeSpan.Zero || draining.Begun.IsCancellationRequested)
            return;
        TaskCompletionSource<CancellationToken>? waiting = null;
        lock (_gate)
        {
            var isTakenAnew = _held != (held.Transitions, held.AcquireTime);
            _held = (held.Transitions, held.AcquireTime);
            if (_leading is { IsCancellationRequested: false })
            {
                _leading.CancelAfter(left);
                // Cancelled in between: the next renewal leads anew.
                return;
            }
            if (isTakenAnew)
                _term++;
            // Never disposed: others hold its token. Its timer ends with it.
            _leading = new CancellationTokenSource(left, time);
            _leading.Token.UnsafeRegister(_ => log.Lost(identity), null);
            (waiting, _next) = (_next, new(TaskCreationOptions.RunContinuationsAsynchronously));
            waiting.SetResult(_leading.Token);
        }
        log.Leads(identity, options.LeaseName);
    }

    private void Lose()
    {
        CancellationTokenSource? leading;
        lock (_gate)
            (leading, _leading) = (_leading, null);
        // Outside of the lock: whoever is told may ask who leads.
        leading?.Cancel();
    }

    /// <summary>4.</summary>
    private async Task ReleaseAsync()
    {
        Lose();
        if (_seen is not { } seen || seen.Lease.Holder != identity)
            return;
        var body = LeaseSteps.Released(seen.Lease, time.GetUtcNow()).Write(options.Namespace, options.LeaseName, seen.Body);
        // Not cancelled by the end that it is a part of: without it the next leader waits for the lease to run out.
        var outcome = await api.SendAsync(Request(HttpMethod.Put, Path, body) with { TimeLimit = ReleaseLimit }, CancellationToken.None);
        if (outcome is ApiOutcome.Done)
            log.Released(options.LeaseName);
        else
            Tell(outcome);
    }

    private ApiRequest Request(HttpMethod method, string path, ReadOnlyMemory<byte> body) => new(method, path) { Body = body, TimeLimit = _deadline };

    private void Tell(ApiOutcome outcome) => log.LeaseNotReached(options.LeaseName, outcome switch
    {
        ApiOutcome.Refused refused => refused.Refusal.ToString(),
        ApiOutcome.Failed failed => failed.Reason,
        _ => throw new UnreachableException(),
    });

    private async Task<string?> OwnAddressAsync(CancellationToken ct)
    {
        var port = await ports.HttpsAsync(ct);
        return IPAddress.TryParse(options.PodIp, out var address) ? new IPEndPoint(address, port).ToString() : null;
    }

    private static IPEndPoint? Parse(string? address) => address is not null && IPEndPoint.TryParse(address, out var parsed) && parsed.Port > 0 ? parsed : null;

    private sealed record Seen(LeaseRecord Lease, JsonElement Body, long Since);
}
