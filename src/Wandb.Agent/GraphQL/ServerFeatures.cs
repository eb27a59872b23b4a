using System.Collections.Frozen;
using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>What a server can do beyond the oldest one. Names are those of wandb_internal.proto's ServerFeature.</summary>
internal sealed class ServerFeatures(IEnumerable<string> enabled)
{
    private const string Document = "query ServerFeaturesQuery { serverInfo { features { name isEnabled } } }";

    private readonly FrozenSet<string> names = enabled.ToFrozenSet(StringComparer.Ordinal);

    internal static ServerFeatures None { get; } = new([]);

    internal bool FileStreamGzip => names.Contains("FILESTREAM_GZIP");

    internal bool StructuredConsoleLogs => names.Contains("STRUCTURED_CONSOLE_LOGS");

    internal bool ExpandDefinedMetricGlobs => names.Contains("EXPAND_DEFINED_METRIC_GLOBS");

    /// <summary>UseArtifact takes artifactEntityName and artifactProjectName.</summary>
    internal bool UseArtifactWithProject => names.Contains("USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION");

    internal static GraphQLRequest<ServerFeatures> Request() => new("ServerFeaturesQuery", Document, null, Read);

    /// <summary>
    /// Asks the server: 1 again and again; 2 where that is in vain, whether it answers another question; 3 where it does, once more: it may have been away
    /// until then. Still in vain, the features are off, and everything else goes on.
    /// </summary>
    internal static async Task<ApiOutcome<ServerFeatures>> AskAsync(GraphQLClient graphql, CancellationToken ct)
    {
        // 1
        var first = await graphql.SendAsync(Request(), ct);
        if (!IsInVain(first))
            return first;
        // 2
        if (await graphql.SendAsync(Viewer.Request(), ct) is not (ApiOutcome<ViewerAnswer>.Success or ApiOutcome<ViewerAnswer>.Failed { Cause: ApiFailure.Refused { Kind: RefusalKind.GraphQLErrors } }))
            return first;
        // 3
        return await graphql.SendAsync(Request(), ct) is var again && IsInVain(again) ? new ApiOutcome<ServerFeatures>.Success(None) : again;
    }

    /// <summary>All features are off when the server does not know the question: it is older than they are.</summary>
    internal static ServerFeatures OrNone(ApiOutcome<ServerFeatures> outcome) =>
        outcome is ApiOutcome<ServerFeatures>.Success success ? success.Value : None;

    private static bool IsInVain(ApiOutcome<ServerFeatures> outcome) =>
        outcome is ApiOutcome<ServerFeatures>.Failed { Cause: ApiFailure.GaveUp { IsUntrusted: false } };

    private static ServerFeatures Read(JsonElement data) => new(
        data.ItemsAt("serverInfo", "features")
            .Where(feature => feature.TrueAt("isEnabled"))
            .Select(feature => feature.StringAt("name") ?? ""));
}
