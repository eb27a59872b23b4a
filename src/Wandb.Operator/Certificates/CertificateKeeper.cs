using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Certificates;

/// <summary>
/// Makes, rotates and serves the certificates of one Secret, as every other replica does: 1. read the Secret, 2. serve what is in it, 3. make the
/// webhooks trust it, 4. plan, 5. write one step and begin again, or wait until something is due or has changed.
/// </summary>
internal sealed class CertificateKeeper(
    KubernetesApi api, ServingCertificate serving, CaBundleWriter webhooks, OperatorOptions options, CertificateTimes times,
    CertificateChanges changes, TimeProvider time, ILogger<CertificateKeeper> log) : BackgroundService
{
    /// <summary>Between two renewals by this replica: whoever else writes the certificate, the two do not chase each other.</summary>
    public static readonly TimeSpan RenewalPause = TimeSpan.FromMinutes(1);

    // Watches tell what changes; this is for what a watch may miss.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);
    private static readonly RetryDelay Retry = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));

    private readonly string _collection = $"/api/v1/namespaces/{Uri.EscapeDataString(options.Namespace)}/secrets";
    private readonly string _secret = options.CertificateSecret;
    private CertificateState? _remembered;
    private long? _renewedAt;
    private int _failures;

    private string Path => $"{_collection}/{Uri.EscapeDataString(_secret)}";

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of the loop: after a mistake of ours the certificates that are served must still be kept.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await StepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                wait = Retry.For(++_failures, Random.Shared.NextDouble());
                log.KeepingFailed(exception, _secret, wait);
            }
            if (wait > TimeSpan.Zero)
                await changes.WaitAsync(wait, stoppingToken);
        }
    }

    /// <returns>How long to wait for the next step.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken ct)
    {
        // 1.
        var outcome = await api.GetAsync(Path, ct);
        JsonElement? existing = null;
        CertificateState? state = null;
        switch (outcome)
        {
            case ApiOutcome.Done done:
                existing = done.Body;
                state = CertificateSecret.Read(done.Body);
                break;
            case ApiOutcome.Refused { Refusal.IsNotFound: true }:
                break;
            default:
                return Failed(outcome);
        }
        if (state is null && _remembered is { } remembered)
        {
            log.SecretLost(_secret);
            return await WriteAsync(AfterLoss(remembered), existing, ct);
        }

        // 2. and 3.
        var isTrusted = false;
        if (state is not null)
        {
            Serve(state);
            isTrusted = await webhooks.WriteAsync(state.Bundle, ct);
        }

        // 4.
        var now = time.GetUtcNow();
        var plan = CertificatePlan.For(state, options.CertificateNames, isTrusted, now, times);

        // 5.
        if (plan is CertificatePlan.Keep keep)
            return isTrusted ? Wait(keep.Until - now) : Retry.For(++_failures, Random.Shared.NextDouble());
        var isRenewal = plan is CertificatePlan.Renew;
        if (isRenewal && _renewedAt is { } renewed && RenewalPause - time.GetElapsedTime(renewed) is var pause && pause > TimeSpan.Zero)
            return pause;
        log.Steps(_secret, plan.GetType().Name, ReasonOf(plan));
        var wait = await WriteAsync(CertificateChange.Of(plan, state, options.CertificateNames, now, times), existing, ct);
        if (isRenewal && wait == TimeSpan.Zero)
            _renewedAt = time.GetTimestamp();
        return wait;
    }

    /// <summary>
    /// Whoever deletes the Secret wants another authority. Clients trust the one that is served until the next one had time to spread.
    /// </summary>
    private CertificateState AfterLoss(CertificateState remembered) =>
        remembered.NextAuthority is null
            ? CertificateChange.Of(new CertificatePlan.Rotate(""), remembered, options.CertificateNames, time.GetUtcNow(), times)
            : remembered with { NextPublishedAt = null };

    private void Serve(CertificateState state)
    {
        if (_remembered?.Serving.Pem != state.Serving.Pem)
            log.Serves(_secret, state.Serving.NotAfter);
        serving.Set(state.Serving, state.CrossPem ?? "", state.Bundle);
        _remembered = state;
    }

    private async Task<TimeSpan> WriteAsync(CertificateState state, JsonElement? existing, CancellationToken ct)
    {
        var secret = CertificateSecret.Write(options.Namespace, _secret, state, existing);
        var outcome = existing is null ? await api.PostAsync(_collection, secret, ct) : await api.PutAsync(Path, secret, ct);
        switch (outcome)
        {
            case ApiOutcome.Done:
                _failures = 0;
                return TimeSpan.Zero;
            case ApiOutcome.Refused { Refusal: { IsConflict: true } or { IsNotFound: true } }:
                log.WrittenByAnother(_secret);
                // A server that refuses everything must not be asked without a pause.
                return Retry.For(++_failures, Random.Shared.NextDouble());
            default:
                return Failed(outcome);
        }
    }

    private TimeSpan Wait(TimeSpan due)
    {
        _failures = 0;
        return due < LookAgain ? TimeSpan.FromTicks(Math.Max(due.Ticks, TimeSpan.TicksPerMillisecond)) : LookAgain;
    }

    private TimeSpan Failed(ApiOutcome outcome)
    {
        var (problem, retryAfter) = outcome switch
        {
            ApiOutcome.Refused refused => (refused.Refusal.ToString(), refused.Refusal.RetryAfter),
            ApiOutcome.Failed failed => (failed.Reason, null),
            _ => throw new UnreachableException(),
        };
        var delay = Retry.For(++_failures, Random.Shared.NextDouble(), retryAfter);
        log.SecretNotReached(_secret, problem, _failures, delay);
        return delay;
    }

    private static string ReasonOf(CertificatePlan plan) => plan switch
    {
        CertificatePlan.Issue issue => issue.Reason,
        CertificatePlan.Renew renew => renew.Reason,
        CertificatePlan.Rotate rotate => rotate.Reason,
        CertificatePlan.Publish => "the webhooks trust the next authority",
        CertificatePlan.Promote promote => promote.Reason,
        CertificatePlan.Prune => "nothing signed by it can be served",
        _ => throw new UnreachableException(),
    };
}
