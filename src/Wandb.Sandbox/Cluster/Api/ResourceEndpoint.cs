using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Cluster.Writing;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>All verbs on objects, but watch and logs.</summary>
internal sealed class ResourceEndpoint(ObjectStore store, ResourceWrites writes, ResourceDeletion deletion, ReviewAnswers reviews, ListAnswer lists, TimeProvider time)
{
    public async Task<ApiResult> HandleAsync(HttpRequest http, ApiTarget.Resource target, ObjectView view, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync(http, cancellationToken);
        if (problem is not null)
        {
            return new ApiResult.Refused(problem);
        }

        var request = RequestOf(http, target);
        var (kind, node) = (target.Kind, body as JsonObject);
        switch (http.Method, target.Name, target.Subresource)
        {
            case ("GET", null, _):
                return ListQuery.Parse(http.Query, kind, null, out var wrong) is { } query
                    ? lists.Of(kind, target.Namespace, query, view, http.Query["includeObject"])
                    : new ApiResult.Refused(ApiStatus.BadRequest(wrong));
            case ("GET", { } name, "" or "status"):
                return Get(kind, request.Namespace, name);
            case ("POST", null, _) when kind.IsCreateOnly && node is not null:
                return reviews.Review(kind, node);
            case ("POST", null, _) when node is not null:
                return await writes.CreateAsync(request, node, cancellationToken);
            case ("POST", { } name, "token") when kind == BuiltInKinds.ServiceAccounts && node is not null:
                return reviews.Request(request.Namespace, name, node);
            case ("PUT", { }, "" or "status" or "finalize") when node is not null:
                return await writes.ModifyAsync(request, _ => new ChangeResult.Wanted(node.Copy(), true), cancellationToken);
            case ("PATCH", { }, "" or "status") when body is not null:
                return await PatchAsync(http, request, body, cancellationToken);
            case ("DELETE", { } name, ""):
                return deletion.Delete(kind, request.Namespace, name, DeleteOptions.Of(node, key => http.Query[key]), request.IsDryRun);
            case ("DELETE", null, _):
                return DeleteAll(http, target, node, request.IsDryRun);
            case ("POST" or "PUT" or "PATCH", _, _) when body is null or not JsonObject:
                return new ApiResult.Refused(ApiStatus.BadRequest("the body must be an object"));
            default:
                return new ApiResult.Refused(target.Subresource.Length == 0 ? ApiStatus.MethodNotAllowed() : ApiStatus.PathNotFound());
        }
    }

    private static WriteRequest RequestOf(HttpRequest http, ApiTarget.Resource target)
    {
        var manager = http.Query["fieldManager"].ToString();
        return new WriteRequest(
            target.Kind, target.Namespace ?? "", target.Name ?? "", target.Subresource == "status" ? "status" : "",
            manager.Length > 0 ? manager : http.Headers.UserAgent.ToString().Split('/')[0])
        {
            IsDryRun = http.Query["dryRun"] == "All",
            IsStrict = http.Query["fieldValidation"] == "Strict",
        };
    }

    private ApiResult Get(ResourceKind kind, string ns, string name)
    {
        if (store.Get(kind.Id, ns, name)?.Parse() is not { } node)
        {
            return new ApiResult.Refused(ApiStatus.NotFound(kind, name));
        }

        node["apiVersion"] = kind.ApiVersion;
        return new ApiResult.Done(StatusCodes.Status200OK, node);
    }

    private async Task<ApiResult> PatchAsync(HttpRequest http, WriteRequest request, JsonNode patch, CancellationToken cancellationToken)
    {
        var type = http.ContentType?.Split(';')[0] ?? "";
        var now = KubeTime.Text(time.GetUtcNow());
        var isForced = http.Query["force"] == "true";
        if (type == PatchChange.Apply)
        {
            request = request with { IsApply = true };
            if (http.Query["fieldManager"].ToString().Length == 0)
            {
                return new ApiResult.Refused(ApiStatus.BadRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"));
            }
        }

        while (true)
        {
            var result = await writes.ModifyAsync(request, node => PatchChange.Of(type, patch, node, request, isForced, now), cancellationToken);
            var isMissing = result is ApiResult.Refused { Status.Code: 404 } && request is { IsApply: true, Subresource: "" };
            if (!isMissing || patch is not JsonObject applied)
            {
                return result;
            }

            // Applying what is not there creates it; somebody else may be quicker.
            var first = PatchChange.ApplyTo(null, applied, request, isForced, now);
            if (first is ChangeResult.Refused refused)
            {
                return new ApiResult.Refused(refused.Status);
            }

            var wanted = (ChangeResult.Wanted)first;

            wanted.Object.Section("metadata")["name"] = request.Name;
            var created = await writes.CreateAsync(request, wanted.Object, cancellationToken);
            if (created is not ApiResult.Refused { Status.Reason: "AlreadyExists" })
            {
                return created;
            }
        }
    }

    private ApiResult DeleteAll(HttpRequest http, ApiTarget.Resource target, JsonObject? body, bool isDryRun)
    {
        if (ListQuery.Parse(http.Query, target.Kind, null, out var problem) is not { } query)
        {
            return new ApiResult.Refused(ApiStatus.BadRequest(problem));
        }

        var options = DeleteOptions.Of(body, key => http.Query[key]);
        var listed = lists.Of(target.Kind, target.Namespace, query with { Limit = 0, Continue = null }, ObjectView.Full, null);
        foreach (var stored in store.List(target.Kind.Id, target.Namespace).Objects.Where(query.Matches))
        {
            deletion.Delete(target.Kind, stored.Namespace, stored.Name, options, isDryRun);
        }

        return listed;
    }
}
