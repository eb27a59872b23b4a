using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Cel;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Admission;

/// <summary>Whether a webhook wants a call.</summary>
internal abstract record WebhookMatch
{
    private WebhookMatch()
    {
    }

    public sealed record Wanted : WebhookMatch;

    public sealed record NotWanted : WebhookMatch;

    /// <summary>A match condition cannot be evaluated: the failure policy decides.</summary>
    public sealed record Unclear(string Problem) : WebhookMatch;

    public static WebhookMatch Of(JsonObject webhook, AdmissionCall call)
    {
        // A webhook never sees the configurations of webhooks: nobody could repair a broken one.
        if (call.Request.Kind.Group == "admissionregistration.k8s.io" || !webhook.Objects("rules").Any(rule => RuleFits(rule, call)))
        {
            return new NotWanted();
        }

        var labels = call.Object.Pairs("metadata", "labels").ToDictionary(StringComparer.Ordinal);
        if (!LabelSelector.Of(webhook["namespaceSelector"]).Matches(call.NamespaceLabels) || !LabelSelector.Of(webhook["objectSelector"]).Matches(labels))
        {
            return new NotWanted();
        }

        var variables = new Dictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["object"] = call.Object,
            ["oldObject"] = call.OldObject,
            ["request"] = AdmissionReview.RequestOf(call, ""),
        };

        // A condition that is false decides, even beside one that fails.
        var values = webhook.Objects("matchConditions").Select(condition => CelExpression.Evaluate(condition.Text("expression") ?? "", variables)).ToList();
        return values.Exists(value => value.Truth == false) ? new NotWanted()
            : values.Find(value => value.Truth is null) is { } bad && values.Exists(value => value.Truth is null) ? new Unclear(bad.Problem ?? "a match condition is no boolean")
            : new Wanted();
    }

    private static bool RuleFits(JsonObject rule, AdmissionCall call)
    {
        var kind = call.Request.Kind;
        var resource = call.Request.Subresource.Length == 0 ? kind.Plural : kind.Plural + "/" + call.Request.Subresource;
        return Has(rule, "apiGroups", kind.Group) && Has(rule, "apiVersions", kind.Version) && Has(rule, "operations", call.Operation) && Has(rule, "resources", resource)
            && rule.Text("scope") switch { "Namespaced" => kind.IsNamespaced, "Cluster" => !kind.IsNamespaced, _ => true };
    }

    private static bool Has(JsonObject rule, string list, string value) => rule.Texts(list).Any(item => item == "*" || item == value);
}
