using System.Diagnostics;
using System.Globalization;
using Wandb.Agent.Http;

namespace Wandb.Agent.Telemetry;

/// <summary>What metrics and spans say of one try of a request: few values, and nothing of runs, keys or addresses.</summary>
internal static class UploadAttributes
{
    public const string Kind = "wandb.upload.kind";
    public const string Outcome = "wandb.upload.outcome";

    // Names of the OpenTelemetry semantic conventions.
    public const string ErrorType = "error.type";
    public const string StatusCode = "http.response.status_code";

    public static string KindOf(RequestKind kind) => kind switch
    {
        RequestKind.FileStream => "file_stream",
        RequestKind.GraphQL or RequestKind.GraphQLUpsert => "graphql",
        RequestKind.FilePut => "file_put",
        _ => throw new UnreachableException(),
    };

    /// <returns><c>abandoned</c>: the content could not be read any more, or the answer was too long to be one.</returns>
    public static string OutcomeOf(RequestTry attempt) => attempt.Status switch
    {
        null => attempt.Words.Length == 0 ? "abandoned" : "unanswered",
        >= 200 and < 300 => "accepted",
        429 => "rate_limited",
        408 or >= 500 => "unavailable",
        _ => "rejected",
    };

    /// <returns>The status, <c>_OTHER</c> without one; null for what was accepted.</returns>
    public static string? ErrorTypeOf(RequestTry attempt) => attempt.Status switch
    {
        null => "_OTHER",
        >= 200 and < 300 => null,
        { } status => status.ToString(CultureInfo.InvariantCulture),
    };
}
