using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>Requests that store nothing: reviews and tokens.</summary>
internal sealed class ReviewAnswers(ObjectStore store, TokenIssuer tokens)
{
    /// <summary>TokenReview, SelfSubjectAccessReview.</summary>
    public ApiResult Review(ResourceKind kind, JsonObject review)
    {
        review["apiVersion"] = kind.ApiVersion;
        review["kind"] = kind.Kind;
        review["status"] = kind == BuiltInKinds.TokenReviews
            ? TokenStatus(review.Text("spec", "token") ?? "", [.. review.Texts("spec", "audiences")])
            : new JsonObject { ["allowed"] = true, ["reason"] = "this cluster allows everything" };
        return new ApiResult.Done(StatusCodes.Status201Created, review);
    }

    /// <summary>serviceaccounts/NAME/token.</summary>
    public ApiResult Request(string ns, string name, JsonObject request)
    {
        if (store.Get(BuiltInKinds.ServiceAccounts.Id, ns, name) is not { } account)
        {
            return new ApiResult.Refused(ApiStatus.NotFound(BuiltInKinds.ServiceAccounts, name));
        }

        var bound = request.Text("spec", "boundObjectRef", "name");
        var pod = bound is null ? null : store.Get(BuiltInKinds.Pods.Id, ns, bound)?.Parse();
        string[] audiences = [.. request.Texts("spec", "audiences")];
        var lifetime = TimeSpan.FromSeconds(request.Number("spec", "expirationSeconds") ?? 3600);
        var (token, expires) = tokens.Issue(account.Parse(), pod, audiences, lifetime);
        request["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = KubeTime.Text(expires) };
        return new ApiResult.Done(StatusCodes.Status201Created, request);
    }

    private JsonObject TokenStatus(string token, IReadOnlyList<string> audiences)
    {
        var verdict = tokens.Check(token, audiences);
        if (verdict.Claims is not { } claims)
        {
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = verdict.Problem };
        }

        // A token that is bound to a pod ends with it.
        var (ns, kube) = (claims.Text("kubernetes.io", "namespace") ?? "", claims.At("kubernetes.io"));
        var pod = kube.Text("pod", "name");
        if (store.Get(BuiltInKinds.ServiceAccounts.Id, ns, kube.Text("serviceaccount", "name") ?? "")?.Uid != kube.Text("serviceaccount", "uid")
            || (pod is not null && store.Get(BuiltInKinds.Pods.Id, ns, pod)?.Uid != kube.Text("pod", "uid")))
        {
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token, service account token has been invalidated]" };
        }

        var user = new JsonObject
        {
            ["username"] = claims.Text("sub"),
            ["uid"] = kube.Text("serviceaccount", "uid"),
            ["groups"] = new JsonArray("system:serviceaccounts", "system:serviceaccounts:" + ns, "system:authenticated"),
        };
        if (pod is not null)
        {
            user["extra"] = new JsonObject
            {
                ["authentication.kubernetes.io/pod-name"] = new JsonArray(pod),
                ["authentication.kubernetes.io/pod-uid"] = new JsonArray(kube.Text("pod", "uid")),
            };
        }

        return new JsonObject { ["authenticated"] = true, ["user"] = user, ["audiences"] = new JsonArray([.. verdict.Audiences]) };
    }
}
