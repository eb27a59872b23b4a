using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Admission;
using Wandb.Sandbox.Cluster.Api;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Schema;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>The one way in which objects are written, for clients as for the cluster's own controllers.</summary>
internal sealed class ResourceWrites(ObjectStore store, KindRegistry registry, MutatingAdmission admission, TimeProvider time)
{
    // A writer that names no version is tried again against the latest one, as the API server does.
    private const int MaxAttempts = 16;

    /// <summary>1. place and identity; 2. defaults; 3. webhooks; 4. defaults and validation of what they made; 5. store.</summary>
    public async Task<ApiResult> CreateAsync(WriteRequest request, JsonObject node, CancellationToken cancellationToken)
    {
        // 1.
        var kind = request.Kind;
        if (ObjectPlace.Settle(node, request) is { } misplaced)
        {
            return new ApiResult.Refused(misplaced);
        }

        if (kind.IsNamespaced && NamespaceProblem(request, node) is { } closed)
        {
            return new ApiResult.Refused(closed);
        }

        ObjectIdentity.Assign(node, kind.CountsGenerations, time.GetUtcNow());
        if (kind.HasStatus)
        {
            node.Remove("status");
        }

        // 2.
        if (Normalize(request, node) is { } unknown)
        {
            return new ApiResult.Refused(unknown);
        }

        // 3.
        var admitted = await admission.AdmitAsync(new AdmissionCall(request, "CREATE", node, null, NamespaceLabels(node)), cancellationToken);
        if (admitted is AdmissionOutcome.Denied denied)
        {
            return new ApiResult.Refused(denied.Status);
        }

        node = ((AdmissionOutcome.Admitted)admitted).Object;

        // 4.
        Normalize(request with { IsStrict = false }, node);
        if (KindValidation.Validate(kind, node, null) is { Count: > 0 } problems)
        {
            return new ApiResult.Refused(ApiStatus.Invalid(kind, node.Name(), problems));
        }

        if (kind == BuiltInKinds.Pods && PodSecurity.Refusal(node, NamespaceLabels(node)) is { } unsafely)
        {
            return new ApiResult.Refused(unsafely);
        }

        if (kind.HasStatus && KindDefaults.FirstStatus(kind, node) is { } status)
        {
            node["status"] = status;
        }

        // 5.
        if (!request.IsApply)
        {
            FieldOwnership.Record(node, null, request, KubeTime.Text(time.GetUtcNow()));
        }

        if (request.IsDryRun)
        {
            return new ApiResult.Done(StatusCodes.Status201Created, node);
        }

        return store.Create(kind.Id, node) switch
        {
            StoreWrite.Done done => new ApiResult.Done(StatusCodes.Status201Created, Stored(kind, done.Object)),
            StoreWrite.AlreadyExists => new ApiResult.Refused(ApiStatus.AlreadyExists(kind, node.Name())),
            _ => new ApiResult.Refused(ApiStatus.PathNotFound()),
        };
    }

    /// <summary>Reads, changes and writes one object; again when somebody else wrote in between and the change names no version.</summary>
    /// <param name="change">Gets a tree of its own and returns the object as it should be, or why not.</param>
    public async Task<ApiResult> ModifyAsync(WriteRequest request, Func<JsonObject, ChangeResult> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (store.Get(request.Kind.Id, request.Namespace, request.Name) is not { } current)
            {
                return new ApiResult.Refused(ApiStatus.NotFound(request.Kind, request.Name));
            }

            var before = Stored(request.Kind, current);
            var changed = change(Stored(request.Kind, current));
            if (changed is ChangeResult.Refused refused)
            {
                return new ApiResult.Refused(refused.Status);
            }

            var wanted = (ChangeResult.Wanted)changed;
            var version = wanted.Object.Text("metadata", "resourceVersion");
            var namesVersion = wanted.IsVersionOfCaller && !string.IsNullOrEmpty(version);
            if (namesVersion && version != before.Text("metadata", "resourceVersion"))
            {
                return new ApiResult.Refused(ApiStatus.Changed(request.Kind, request.Name));
            }

            var (node, refusal) = await PrepareAsync(request, wanted.Object, before, cancellationToken);
            if (refusal is not null)
            {
                return new ApiResult.Refused(refusal);
            }

            if (request.IsDryRun)
            {
                return new ApiResult.Done(StatusCodes.Status200OK, node!);
            }

            var isLast = DeletionRules.IsOver(node!);
            switch (isLast ? store.Remove(request.Kind.Id, current) : store.Replace(request.Kind.Id, current, node!))
            {
                case StoreWrite.Done done:
                    return new ApiResult.Done(StatusCodes.Status200OK, Stored(request.Kind, done.Object));
                case StoreWrite.Conflict when !namesVersion && attempt < MaxAttempts:
                    continue;
                case StoreWrite.Conflict:
                    return new ApiResult.Refused(ApiStatus.Changed(request.Kind, request.Name));
                default:
                    return new ApiResult.Refused(ApiStatus.NotFound(request.Kind, request.Name));
            }
        }
    }

    private async Task<(JsonObject? Node, ApiStatus? Refusal)> PrepareAsync(
        WriteRequest request, JsonObject node, JsonObject before, CancellationToken cancellationToken)
    {
        if ((ObjectPlace.Settle(node, request) ?? ObjectPlace.SameObject(node, before, request)) is { } misplaced)
        {
            return (null, misplaced);
        }

        ObjectIdentity.Carry(node, before);
        node = UpdateRules.OnlyPart(node, before, request);
        if (Normalize(request, node) is { } unknown)
        {
            return (null, unknown);
        }

        if (request.Subresource.Length == 0)
        {
            var admitted = await admission.AdmitAsync(new AdmissionCall(request, "UPDATE", node, before, NamespaceLabels(node)), cancellationToken);
            if (admitted is AdmissionOutcome.Denied denied)
            {
                return (null, denied.Status);
            }

            node = ((AdmissionOutcome.Admitted)admitted).Object;
        }

        if (KindValidation.Validate(request.Kind, node, before) is { Count: > 0 } problems)
        {
            return (null, ApiStatus.Invalid(request.Kind, request.Name, problems));
        }

        UpdateRules.CountGeneration(node, before, request.Kind);
        if (!request.IsApply)
        {
            FieldOwnership.Record(node, before, request, KubeTime.Text(time.GetUtcNow()));
        }

        return (node, null);
    }

    private static ApiStatus? Normalize(WriteRequest request, JsonObject node)
    {
        if (request.Kind.Schema is { } schema && SchemaPruning.Prune(node, schema) is { Count: > 0 } unknown && request.IsStrict)
        {
            return ApiStatus.BadRequest("strict decoding error: " + string.Join(", ", unknown.Select(field => $"unknown field \"{field}\"")));
        }

        KindDefaults.Apply(request.Kind, node);
        return null;
    }

    private ApiStatus? NamespaceProblem(WriteRequest request, JsonObject node)
    {
        if (store.Get(BuiltInKinds.Namespaces.Id, "", node.Namespace()) is not { } ns)
        {
            return ApiStatus.NotFound(BuiltInKinds.Namespaces, node.Namespace());
        }

        return ns.Parse().IsDeleting()
            ? ApiStatus.Forbidden(request.Kind, node.Name(), $"unable to create new content in namespace {node.Namespace()} because it is being terminated")
            : null;
    }

    private IReadOnlyDictionary<string, string> NamespaceLabels(JsonObject node) =>
        store.Get(BuiltInKinds.Namespaces.Id, "", node.Namespace())?.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal);

    // The version that was asked for, whichever was stored: versions of one kind have the same fields here.
    private JsonObject Stored(ResourceKind kind, StoredObject stored)
    {
        var node = stored.Parse();
        node["apiVersion"] = registry.All.Contains(kind) ? kind.ApiVersion : node.Text("apiVersion");
        return node;
    }
}
