using System.Globalization;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>The query of a list or watch.</summary>
/// <param name="Version">resourceVersion; null when it is missing or 0: the state of now.</param>
/// <param name="Timeout">Of a watch; null: the server's.</param>
internal sealed record ListQuery(LabelSelector Labels, FieldSelector Fields, int Limit, string? Continue, long? Version, bool IsWatch, bool WantsBookmarks, TimeSpan? Timeout)
{
    /// <summary>A watch that begins with the whole state and a bookmark that ends it.</summary>
    public bool SendsInitialEvents { get; init; }

    public bool Matches(StoredObject stored) => Labels.Matches(stored.Labels) && Fields.Matches(stored);

    public static ListQuery? Parse(IQueryCollection query, ResourceKind kind, string? name, out string problem)
    {
        problem = "";
        if (LabelSelector.Parse(query["labelSelector"]) is not { } labels)
        {
            problem = $"unable to parse requirement: {query["labelSelector"]}";
            return null;
        }

        // A watch of one object by its path is a watch of the collection with that name.
        var fieldText = name is null ? query["fieldSelector"].ToString() : "metadata.name=" + name;
        if (FieldSelector.Parse(fieldText, kind.SelectableFields, out problem) is not { } fields)
        {
            return null;
        }

        var version = query["resourceVersion"].ToString();
        if (version is not ("" or "0") && !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            problem = $"Invalid value: \"{version}\": strconv.ParseUint: invalid syntax";
            return null;
        }

        return new ListQuery(
            labels, fields, (int)(Number(query["limit"]) ?? 0), query["continue"].ToString() is { Length: > 0 } token ? token : null,
            version is "" or "0" ? null : Number(version), IsTrue(query["watch"]), IsTrue(query["allowWatchBookmarks"]),
            Number(query["timeoutSeconds"]) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null)
        {
            SendsInitialEvents = IsTrue(query["sendInitialEvents"]),
        };
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsTrue(string? text) => text is "true" or "1";
}
