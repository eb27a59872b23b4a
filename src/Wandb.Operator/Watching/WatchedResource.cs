using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>What to list and watch, and what is kept of each object.</summary>
/// <typeparam name="T">What is kept. Equal values are not told as changes, so a record of what matters saves work.</typeparam>
internal sealed record WatchedResource<T>
    where T : class
{
    /// <summary>For logs, metrics and readiness: "pods".</summary>
    public required string Name { get; init; }

    /// <summary>Of the collection, without a query: "/api/v1/pods", "/apis/batch/v1/namespaces/x/jobs".</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The namespace that <see cref="Path"/> names, where other watches fill the same cache with other namespaces; null: this watch alone fills it.
    /// </summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>The server sends metadata alone (PartialObjectMetadata), which saves both sides most of the bytes.</summary>
    public bool IsMetadataOnly { get; init; }

    /// <summary>
    /// Object as the server sent it -> what is kept; null: nothing, as if it did not exist. The element is gone when this returns: take
    /// copies. Items of lists have no kind and apiVersion. What System.Text.Json throws (<see cref="JsonException"/>,
    /// <see cref="InvalidOperationException"/>, <see cref="FormatException"/>, <see cref="KeyNotFoundException"/>) leaves the object out; it
    /// is counted and told in the log.
    /// </summary>
    public required Func<JsonElement, T?> Read { get; init; }

    public WatchLimits Limits { get; init; } = WatchLimits.Default;

    /// <param name="namespace">One of several that are watched.</param>
    /// <returns>The same for one namespace: "/api/v1/pods" becomes "/api/v1/namespaces/x/pods".</returns>
    public WatchedResource<T> In(string @namespace)
    {
        var kind = Path.LastIndexOf('/');
        return this with { Path = $"{Path[..kind]}/namespaces/{Uri.EscapeDataString(@namespace)}{Path[kind..]}", Namespace = @namespace };
    }
}
