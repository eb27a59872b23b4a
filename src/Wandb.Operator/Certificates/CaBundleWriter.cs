using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Certificates;

/// <summary>
/// Keeps the caBundle of our webhooks right. Ready once it was right, or once it was seen that there are no webhooks; later trouble with it
/// concerns the API server alone and must not keep agents from reporting.
/// </summary>
internal sealed class CaBundleWriter(KubernetesApi api, OperatorOptions options, ILogger<CaBundleWriter> log) : IReadiness
{
    private const string JsonPatch = "application/json-patch+json";

    private volatile bool _isReady;
    private volatile string _reason = "it is not looked at yet";

    public string Name => "caBundle";

    public bool IsReady => _isReady || !IsWanted;

    public string? Reason => IsReady ? null : _reason;

    private bool IsWanted => options.WritesCaBundle && options.WebhookConfiguration.Length > 0;

    /// <returns>True: every webhook trusts <paramref name="bundle"/> and nothing else, or there is none.</returns>
    public async Task<bool> WriteAsync(string bundle, CancellationToken ct)
    {
        if (!IsWanted)
            return true;
        var path = $"/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/{Uri.EscapeDataString(options.WebhookConfiguration)}";
        switch (await api.GetAsync(path, ct))
        {
            case ApiOutcome.Done done:
                return End(await PatchAsync(path, done.Body, bundle, ct));
            case ApiOutcome.Refused { Refusal.IsNotFound: true }:
                log.NoWebhooks(options.WebhookConfiguration);
                return End(problem: null);
            case ApiOutcome.Refused refused:
                return End(refused.Refusal.ToString());
            case ApiOutcome.Failed failed:
                return End(failed.Reason);
            default:
                throw new UnreachableException();
        }
    }

    /// <returns>What is wrong; null: the bundle is there.</returns>
    private async Task<string?> PatchAsync(string path, JsonElement configuration, string bundle, CancellationToken ct)
    {
        if (WebhookBundle.Patch(configuration, bundle) is not { } patch)
            return null;
        var request = new ApiRequest(HttpMethod.Patch, path) { Body = Encoding.UTF8.GetBytes(patch.ToJsonString()), ContentType = JsonPatch };
        switch (await api.SendAsync(request, ct))
        {
            case ApiOutcome.Done:
                log.BundleWritten(options.WebhookConfiguration);
                return null;
            case ApiOutcome.Refused refused:
                return refused.Refusal.ToString();
            case ApiOutcome.Failed failed:
                return failed.Reason;
            default:
                throw new UnreachableException();
        }
    }

    private bool End(string? problem)
    {
        if (problem is null)
        {
            _isReady = true;
            return true;
        }
        _reason = problem;
        log.BundleNotWritten(options.WebhookConfiguration, problem);
        return false;
    }
}
