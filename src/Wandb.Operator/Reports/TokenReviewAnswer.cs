using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Contract;

namespace Wandb.Operator.Reports;

/// <summary>TokenReview (authentication.k8s.io/v1): the question, and what its answer means.</summary>
internal static class TokenReviewAnswer
{
    // Kubernetes docs, "Authenticating": set for tokens that are bound to a pod, since 1.22.
    private const string PodName = "authentication.kubernetes.io/pod-name";
    private const string PodUid = "authentication.kubernetes.io/pod-uid";

    public static byte[] Question(string token) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["apiVersion"] = "authentication.k8s.io/v1",
        ["kind"] = "TokenReview",
        ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray(AgentPaths.TokenAudience) },
    }.ToJsonString());

    /// <summary>A server that knows no audiences answers without any: such an answer is a refusal.</summary>
    public static TokenOutcome Read(JsonElement review)
    {
        if (Member(review, "status") is not { ValueKind: JsonValueKind.Object } status
            || Member(status, "authenticated") is not { ValueKind: JsonValueKind.True }
            || !Texts(Member(status, "audiences")).Contains(AgentPaths.TokenAudience, StringComparer.Ordinal))
            return new TokenOutcome.Refused();
        var user = Member(status, "user");
        var extra = Member(user, "extra");
        var account = Member(user, "username") is { ValueKind: JsonValueKind.String } name ? name.GetString()!.Split(':') : [];
        return account is ["system", "serviceaccount", { Length: > 0 } @namespace, _]
            && Texts(Member(extra, PodName)).ToList() is [{ Length: > 0 } pod]
            && Texts(Member(extra, PodUid)).ToList() is [{ Length: > 0 } uid]
                ? new TokenOutcome.Accepted(new PodIdentity(@namespace, pod, uid))
                : new TokenOutcome.NoPod();
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static IEnumerable<string> Texts(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)
        : [];
}
