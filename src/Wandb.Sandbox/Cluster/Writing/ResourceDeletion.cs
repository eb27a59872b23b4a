using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>Deleting: at once, or after grace period and finalizers.</summary>
internal sealed class ResourceDeletion(ObjectStore store, TimeProvider time)
{
    /// <returns>The object while something holds it, else a Status that says Success.</returns>
    public ApiResult Delete(ResourceKind kind, string ns, string name, DeleteOptions options, bool isDryRun)
    {
        while (true)
        {
            if (store.Get(kind.Id, ns, name) is not { } current)
            {
                return new ApiResult.Refused(ApiStatus.NotFound(kind, name));
            }

            if ((options.Uid is { } uid && uid != current.Uid)
                || (options.ResourceVersion is { } version && version != current.Parse().Text("metadata", "resourceVersion")))
            {
                return new ApiResult.Refused(ApiStatus.Conflict(kind, name, "Precondition failed: the object is another one by now"));
            }

            var node = current.Parse();
            DeletionRules.Mark(kind, node, options, time.GetUtcNow());
            var isOver = DeletionRules.IsOver(node);
            if (isDryRun)
            {
                return new ApiResult.Done(StatusCodes.Status200OK, node);
            }

            switch (isOver ? store.Remove(kind.Id, current) : store.Replace(kind.Id, current, node))
            {
                case StoreWrite.Done done:
                    return new ApiResult.Done(StatusCodes.Status200OK, isOver ? Success(kind, name, current.Uid) : done.Object.Parse());
                case StoreWrite.NotFound:
                    return new ApiResult.Refused(ApiStatus.NotFound(kind, name));
            }
        }
    }

    private static JsonObject Success(ResourceKind kind, string name, string uid) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = new JsonObject { ["name"] = name, ["group"] = kind.Group, ["kind"] = kind.Plural, ["uid"] = uid },
    };
}
