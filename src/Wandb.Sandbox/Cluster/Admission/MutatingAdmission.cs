using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>Calls the mutating webhooks for a write: all in order of configuration and webhook, then once more those that asked for reinvocation and saw another object.</summary>
internal sealed class MutatingAdmission(ObjectStore store, WebhookClient client, TimeProvider time)
{
    public async Task<AdmissionOutcome> AdmitAsync(AdmissionCall call, CancellationToken cancellationToken)
    {
        var webhooks = store.List(BuiltInKinds.MutatingWebhooks.Id, null).Objects.SelectMany(stored => stored.Parse().Objects("webhooks").ToList()).ToList();
        var seen = new Dictionary<JsonObject, JsonObject>();
        foreach (var isAgain in new[] { false, true })
        {
            foreach (var webhook in webhooks)
            {
                var isDue = !isAgain || (webhook.Text("reinvocationPolicy") == "IfNeeded" && seen.TryGetValue(webhook, out var left) && !JsonNode.DeepEquals(left, call.Object));
                if (!isDue)
                {
                    continue;
                }

                var outcome = await AskAsync(webhook, call, cancellationToken);
                if (outcome is AdmissionOutcome.Denied)
                {
                    return outcome;
                }

                call = call with { Object = ((AdmissionOutcome.Admitted)outcome).Object };
                seen[webhook] = call.Object;
            }
        }

        return new AdmissionOutcome.Admitted(call.Object);
    }

    private async Task<AdmissionOutcome> AskAsync(JsonObject webhook, AdmissionCall call, CancellationToken cancellationToken)
    {
        switch (WebhookMatch.Of(webhook, call))
        {
            case WebhookMatch.NotWanted:
                return new AdmissionOutcome.Admitted(call.Object);
            case WebhookMatch.Unclear unclear:
                return Failed(webhook, call, unclear.Problem);
        }

        var uid = ObjectIdentity.NewUid();
        try
        {
            var answer = await client.CallAsync(webhook, AdmissionReview.Of(call, uid), time, cancellationToken);
            return AdmissionReview.Read(answer, call, uid, webhook.Text("name") ?? "", out var problem) ?? Failed(webhook, call, problem);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(webhook, call, "context deadline exceeded");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            return Failed(webhook, call, error.InnerException is { } inner ? $"{error.Message} {inner.Message}" : error.Message);
        }
    }

    private static AdmissionOutcome Failed(JsonObject webhook, AdmissionCall call, string problem) => webhook.Text("failurePolicy") == "Ignore"
        ? new AdmissionOutcome.Admitted(call.Object)
        : new AdmissionOutcome.Denied(ApiStatus.Internal($"failed calling webhook \"{webhook.Text("name")}\": {problem}"));
}
