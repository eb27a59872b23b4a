using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Manifests;

/// <summary>A pod as the controllers of a workload would make it.</summary>
/// <param name="Where">For people: e.g. <c>CronJob nightly, spec.jobTemplate.spec.template</c>.</param>
/// <param name="Pod">With kind, metadata and spec.</param>
/// <param name="Owners">Nearest first.</param>
/// <param name="Notes">What only a cluster knows and was assumed.</param>
internal sealed record WorkloadPod(string Where, JsonObject Pod, IReadOnlyList<PodOwner> Owners, IReadOnlyList<string> Notes);
