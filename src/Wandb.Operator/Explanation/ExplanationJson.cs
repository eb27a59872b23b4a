using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Manifests;

namespace Wandb.Operator.Explanation;

/// <summary>One pod's decision for programs.</summary>
internal static class ExplanationJson
{
    public static JsonObject Of(WorkloadPod pod, string @namespace, AdmissionDecision decision)
    {
        var json = new JsonObject { ["workload"] = pod.Where, ["namespace"] = @namespace, ["decision"] = Word(decision) };
        if (decision is AdmissionDecision.Allow allow)
            json["reason"] = allow.Why;
        json["problems"] = Problems(decision switch
        {
            AdmissionDecision.Miss miss => miss.Problems,
            AdmissionDecision.Deny deny => deny.Problems,
            AdmissionDecision.Patch patched => patched.Warnings,
            _ => [],
        });
        if (decision is not AdmissionDecision.Patch { Plan: { } plan } patch)
            return json;
        json["run"] = plan.RunName;
        json["profile"] = plan.ProfileName;
        json["mode"] = plan.Mode.ToString().ToLowerInvariant();
        json["containers"] = new JsonArray([.. plan.Containers.Select(Container)]);
        json["patch"] = JsonPatch.ToJson(patch.Operations);
        return json;
    }

    private static string Word(AdmissionDecision decision) => decision switch
    {
        AdmissionDecision.Allow => "allow",
        AdmissionDecision.Miss => "miss",
        AdmissionDecision.Deny => "deny",
        AdmissionDecision.Patch => "inject",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonArray Problems(IReadOnlyList<Problem> problems) =>
        [.. problems.Select(problem => new JsonObject { ["reason"] = problem.Reason, ["message"] = problem.Message })];

    private static JsonObject Container(ContainerPlan plan)
    {
        var variables = new JsonArray();
        foreach (var variable in plan.Variables.Added)
            variables.Add(Variable(variable, "added"));
        foreach (var variable in plan.Variables.InSettingsFile)
            variables.Add(Variable(variable, "settingsFile"));
        foreach (var variable in plan.Variables.Withheld)
            variables.Add(Variable(variable, "withheld"));
        foreach (var kept in plan.Variables.Kept)
            variables.Add(new JsonObject { ["name"] = kept.Name, ["how"] = "kept", ["from"] = "container" });
        return new JsonObject { ["name"] = plan.Container.Name, ["variables"] = variables };
    }

    private static JsonObject Variable(WantedVariable variable, string how) =>
        new() { ["name"] = variable.Name, ["value"] = variable.Value.ToString(), ["how"] = how, ["from"] = variable.Origin.ToString() };
}
