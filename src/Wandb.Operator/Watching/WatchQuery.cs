using System.Globalization;

namespace Wandb.Operator.Watching;

/// <summary>The requests of a watch.</summary>
internal static class WatchQuery
{
    private const string ListOfMetadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    /// <param name="continueToken">Null: the first page. Without a resourceVersion, the list is of now and not of some replica's past.</param>
    public static ApiRequest List<T>(WatchedResource<T> resource, string? continueToken)
        where T : class =>
        new(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{resource.Path}?limit={resource.Limits.PageSize}")
            + Parameter("continue", continueToken) + Selectors(resource))
        {
            Accept = resource.IsMetadataOnly ? ListOfMetadata : ApiRequest.Json,
        };

    /// <param name="jitter">At least 0, below 1.</param>
    public static ApiRequest Watch<T>(WatchedResource<T> resource, string resourceVersion, double jitter)
        where T : class
    {
        var seconds = Math.Max(1, (int)(resource.Limits.WatchTime.TotalSeconds * (1 + jitter)));
        var query = string.Create(CultureInfo.InvariantCulture, $"?watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}");
        return new(HttpMethod.Get, resource.Path + query + Parameter("resourceVersion", resourceVersion) + Selectors(resource))
        {
            Accept = resource.IsMetadataOnly ? Metadata : ApiRequest.Json,
        };
    }

    private static string Selectors<T>(WatchedResource<T> resource)
        where T : class => Parameter("labelSelector", resource.LabelSelector) + Parameter("fieldSelector", resource.FieldSelector);

    private static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
