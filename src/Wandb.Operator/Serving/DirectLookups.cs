using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Certificates;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Serving;

/// <summary>Surroundings of a pod, read from the API server for each admission, until the caches of the controllers are there.</summary>
internal sealed class DirectLookups(KubernetesApi api, OperatorDefaults defaults, ServingCertificate certificate)
    : IPodSurroundings, IAdmissionOutcomes
{
    public async ValueTask<PodSurroundings> GatherAsync(string @namespace, JsonObject pod, CancellationToken ct)
    {
        var ours = $"/apis/{ResourceNames.ApiVersion}/namespaces/{Uri.EscapeDataString(@namespace)}";
        var run = await FindAsync($"{ours}/{ResourceNames.Runs}/{Uri.EscapeDataString(PodAdmission.RunName(pod)!)}", ct);
        var wandbRun = run?.Deserialize(OperatorJson.Default.WandbRun);
        var profile = await FindAsync($"{ours}/{ResourceNames.Profiles}/{Uri.EscapeDataString(wandbRun?.Spec.Profile ?? WandbProfile.DefaultName)}", ct);
        return new PodSurroundings
        {
            Namespace = @namespace,
            Run = wandbRun,
            Profile = profile?.Deserialize(OperatorJson.Default.WandbProfile),
            Defaults = defaults with { ReportCa = certificate.Bundle },
        };
    }

    public void Record(AdmissionOutcome outcome)
    {
    }

    private async Task<JsonElement?> FindAsync(string path, CancellationToken ct) => await api.GetAsync(path, ct) switch
    {
        ApiOutcome.Done done => done.Body,
        ApiOutcome.Refused { Refusal.IsNotFound: true } => null,
        ApiOutcome.Refused refused => throw new InvalidOperationException(refused.Refusal.ToString()),
        ApiOutcome.Failed failed => throw new InvalidOperationException(failed.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
