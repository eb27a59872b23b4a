using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Admission;

/// <summary>What people are told about a pod, on the object that they look at: the pod's owner, a bare pod, or the WandbRun.</summary>
/// <param name="Involved">As an Event names it.</param>
internal sealed record AdmissionEvent(string Namespace, ControllerReference Involved, bool IsWarning, string Reason, string Message)
{
    // The API server takes no more.
    private const int MaxMessage = 1024;

    // Of the name of an Event, 253, without a point and 16 digits.
    private const int MaxOwnName = 236;

    // Of an object whose name is no part of a name: an owner reference may have any text.
    private const string Nameless = "wandb-operator";

    /// <summary>Of the Event: the same for the same words about the same object, whoever writes it.</summary>
    public string Name =>
        $"{Begin}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Involved.Kind}\n{Involved.Name}\n{Involved.Uid}\n{Reason}\n{Message}")))[..16]}";

    /// <returns>Null: there is nothing to tell, or nothing may be written.</returns>
    public static AdmissionEvent? Of(AdmissionOutcome outcome)
    {
        if (outcome.IsDryRun || outcome.Kind != "Pod")
            return null;
        var (word, problems) = outcome.Decision switch
        {
            AdmissionDecision.Patch patch => ("", patch.Warnings),
            AdmissionDecision.Miss miss => ("not injected: ", miss.Problems),
            AdmissionDecision.Deny deny => ("refused, because injection is required and not possible: ", deny.Problems),
            _ => ("", []),
        };
        if (problems.Count == 0 || Object(outcome.Object) is not { } involved)
            return null;
        var message = word + MissedText.Sentences(problems);
        return new AdmissionEvent(
            outcome.Namespace, involved, word.Length > 0, problems[0].Reason,
            message.Length <= MaxMessage ? message : string.Concat(message.AsSpan(0, MaxMessage - 1), "…"));
    }

    /// <summary>As the API server takes it (core/v1).</summary>
    /// <param name="count">How often it happened.</param>
    public JsonObject ToJson(string now, int count) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Event",
        ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = Namespace },
        ["involvedObject"] = new JsonObject
        {
            ["apiVersion"] = Involved.ApiVersion,
            ["kind"] = Involved.Kind,
            ["namespace"] = Namespace,
            ["name"] = Involved.Name,
            ["uid"] = Involved.Uid,
        },
        ["type"] = IsWarning ? "Warning" : "Normal",
        ["reason"] = Reason,
        ["message"] = Message,
        ["source"] = new JsonObject { ["component"] = "wandb-operator" },
        ["reportingComponent"] = "wandb-operator",
        ["count"] = count,
        ["firstTimestamp"] = now,
        ["lastTimestamp"] = now,
    };

    private string Begin => !ObjectName.IsSubdomain(Involved.Name) ? Nameless
        : Involved.Name.Length <= MaxOwnName ? Involved.Name
        : Involved.Name[..MaxOwnName].TrimEnd('-', '.');

    private static ControllerReference? Object(JsonObject pod)
    {
        var view = new PodView(pod);
        if (ControllerReference.Of(view.Metadata) is { } controller)
            return controller;
        if (view.Name.Length > 0)
            return new ControllerReference("v1", "Pod", view.Name, JsonRead.Text(view.Metadata["uid"]) ?? "");
        var run = view.Annotations.GetValueOrDefault(InjectionKeys.Run) ?? "";
        return InjectionAnnotations.RunProblem(run) is null ? new ControllerReference(ResourceNames.ApiVersion, WandbRun.KindName, run, "") : null;
    }
}
