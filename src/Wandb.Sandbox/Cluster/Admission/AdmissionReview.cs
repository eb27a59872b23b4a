using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Patching;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>admission.k8s.io/v1 on the wire.</summary>
internal static class AdmissionReview
{
    public static JsonObject RequestOf(AdmissionCall call, string uid)
    {
        var kind = call.Request.Kind;
        var kindName = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };
        var resource = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["resource"] = kind.Plural };
        var request = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = kindName,
            ["resource"] = resource,
            ["requestKind"] = kindName.DeepClone(),
            ["requestResource"] = resource.DeepClone(),

            // Empty when the name was generated after the request.
            ["name"] = call.Request.Name.Length > 0 ? call.Request.Name : call.Object.Text("metadata", "generateName") is null ? call.Object.Name() : null,
            ["namespace"] = call.Request.Namespace,
            ["operation"] = call.Operation,
            ["userInfo"] = new JsonObject { ["username"] = call.Request.Manager, ["groups"] = new JsonArray("system:masters", "system:authenticated") },
            ["object"] = call.Object.DeepClone(),
            ["oldObject"] = call.OldObject?.DeepClone(),
            ["dryRun"] = call.Request.IsDryRun,
            ["options"] = new JsonObject { ["kind"] = call.Operation == "CREATE" ? "CreateOptions" : "UpdateOptions", ["apiVersion"] = "meta.k8s.io/v1" },
        };
        if (request["name"] is null)
        {
            request.Remove("name");
        }

        return request;
    }

    public static JsonObject Of(AdmissionCall call, string uid) => new()
    {
        ["kind"] = "AdmissionReview",
        ["apiVersion"] = "admission.k8s.io/v1",
        ["request"] = RequestOf(call, uid),
    };

    /// <summary>What an answer makes of the object.</summary>
    /// <param name="problem">Set when the answer is none: the failure policy decides.</param>
    public static AdmissionOutcome? Read(string text, AdmissionCall call, string uid, string webhook, out string problem)
    {
        problem = "";
        JsonNode? answer;
        try
        {
            answer = JsonNode.Parse(text).At("response");
        }
        catch (JsonException error)
        {
            problem = error.Message;
            return null;
        }

        if (answer.Text("uid") != uid)
        {
            problem = $"response.uid \"{answer.Text("uid")}\" does not match the request's \"{uid}\"";
            return null;
        }

        if (!answer.Flag("allowed"))
        {
            var why = answer.Text("status", "message");
            var code = (int)(answer.Number("status", "code") ?? 403);
            return new AdmissionOutcome.Denied(new ApiStatus(
                code, answer.Text("status", "reason") ?? "Forbidden",
                $"admission webhook \"{webhook}\" denied the request{(string.IsNullOrEmpty(why) ? " without explanation" : ": " + why)}"));
        }

        if (answer.Text("patch") is not { Length: > 0 } patch)
        {
            return new AdmissionOutcome.Admitted(call.Object);
        }

        if (answer.Text("patchType") != "JSONPatch")
        {
            problem = $"unknown patchType \"{answer.Text("patchType")}\"";
            return null;
        }

        return ReadPatch(patch, call.Object, out problem) is { } changed ? new AdmissionOutcome.Admitted(changed) : null;
    }

    private static JsonObject? ReadPatch(string patch, JsonObject node, out string problem)
    {
        try
        {
            if (JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(patch))) is JsonArray operations)
            {
                return JsonPatch.Apply(node, operations, out problem);
            }

            problem = "the patch is no list of operations";
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            problem = error.Message;
        }

        return null;
    }
}
