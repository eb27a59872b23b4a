using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;

namespace Wandb.Operator.Explanation;

/// <summary>One pod's decision for people: what was decided and why, the variables and where each came from, the patch.</summary>
internal static class ExplanationText
{
    private const int ValueWidth = 44;

    public static IEnumerable<string> Lines(WorkloadPod pod, string @namespace, AdmissionDecision decision)
    {
        yield return $"{pod.Where} (namespace {@namespace})";
        foreach (var note in pod.Notes)
            yield return $"  note: {note}";
        foreach (var line in Decision(decision))
            yield return $"  {line}";
        if (decision is not AdmissionDecision.Patch { Plan: { } plan } patch)
            yield break;
        foreach (var container in plan.Containers)
        {
            yield return "";
            yield return $"  Variables of container {container.Container.Name}";
            foreach (var line in Variables(container))
                yield return $"    {line}";
        }
        yield return "";
        yield return "  Patch";
        foreach (var operation in patch.Operations)
            yield return $"    add {operation.Path}  {Value(operation)}";
    }

    /// <summary>A program of a hundred lines says nothing to people here.</summary>
    private static string Value(JsonPatchOperation operation) =>
        JsonRead.Text(operation.Value) == PythonHook.Text ? $"(text of {PythonHook.FileName})" : operation.Value.ToJsonString(Relaxed);

    private static readonly JsonSerializerOptions Relaxed = new(OperatorJson.Default.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static IEnumerable<string> Decision(AdmissionDecision decision) => decision switch
    {
        AdmissionDecision.Allow allow => [$"not injected: {allow.Why}"],
        AdmissionDecision.Miss miss => ["NOT INJECTED, the pod starts without:", .. Problems(miss.Problems)],
        AdmissionDecision.Deny deny => ["REFUSED, because injection is required:", .. Problems(deny.Problems)],
        AdmissionDecision.Patch patch => Patched(patch),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IEnumerable<string> Patched(AdmissionDecision.Patch patch)
    {
        if (patch.Plan is not { } plan)
        {
            yield return "the agent is in the pod already and gets back its restartPolicy: Always, which somebody took off it";
            yield break;
        }
        var profile = plan.ProfileName is { } name ? $"WandbProfile {name}" : "no WandbProfile";
        yield return $"injected: WandbRun {plan.RunName}, {profile}, mode {plan.Mode.ToString().ToLowerInvariant()}";
        yield return plan switch
        {
            { Agent: { } agent } => $"agent: {agent.Image}, {Resources(agent.Resources)}",
            { Drains: true } => "agent: the pod's own, which uploads what waits on the claim",
            _ => "agent: none, the pod shall not log",
        };
        yield return $"containers: {string.Join(", ", plan.Containers.Select(container => container.Container.Name))}";
        foreach (var (container, reason) in plan.Left)
            yield return $"left alone: {container} ({reason})";
        if (plan.HasPythonHook)
            yield return $"python hook: mounted, found by {PythonHook.Variable}";
        if (plan.GraceSeconds is { } grace)
            yield return $"grace period: raised to {grace} s";
        foreach (var problem in Problems(patch.Warnings))
            yield return problem;
    }

    private static IEnumerable<string> Problems(IEnumerable<Problem> problems) =>
        problems.Select(problem => $"{problem.Reason}: {problem.Message}");

    private static string Resources(AgentResources resources)
    {
        var json = resources.ToJson();
        return $"requests {Amounts(json["requests"])}, limits {Amounts(json["limits"])}";
    }

    private static string Amounts(JsonNode? amounts) => string.Join(' ', ((JsonObject)amounts!).Select(pair => $"{pair.Key}={pair.Value}"));

    private static IEnumerable<string> Variables(ContainerPlan plan)
    {
        var rows = plan.Variables.Added.Select(variable => (variable.Name, Value: variable.Value.ToString(), From: variable.Origin.ToString()))
            .Concat(plan.Variables.InSettingsFile.Select(variable =>
                (variable.Name, Value: variable.Value.ToString(), From: $"{variable.Origin}, in the SDK's settings file, because envFrom may set it")))
            .Concat(plan.Variables.Kept.Select(kept =>
                (kept.Name, Value: kept.Shown ?? "(the user's)", From: "the user's, kept")))
            .Concat(plan.Variables.Withheld.Select(variable => (variable.Name, Value: "-", From: $"withheld ({variable.Origin}), because envFrom may set it")))
            .ToList();
        if (rows.Count == 0)
            return ["none: the container has them already"];
        var nameWidth = rows.Max(row => row.Name.Length);
        return rows.Select(row => $"{row.Name.PadRight(nameWidth)}  {row.Value.PadRight(ValueWidth)}  {row.From}");
    }
}
