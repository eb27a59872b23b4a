using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Backend;

/// <summary>One request, in order of its end.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Time">When the answer was decided.</param>
/// <param name="Kind">"filestream", "graphql:UpsertBucket" (any operation), "put" or "other".</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path without query.</param>
/// <param name="Bytes">Size of the body as it came.</param>
/// <param name="Status">Status of the answer; 0 when there was none.</param>
/// <param name="Fault">Name of the fault action that hit it, such as "drop_after"; null for none.</param>
/// <param name="Headers">Content-*, User-Agent and X-* headers of the request.</param>
/// <param name="Detail">
/// GraphQL: "operationName", "variables". File stream: "files" ({name: {offset, lines}}), "uploaded", "preempting", "complete", "exitcode".
/// Uploads: "target", "name", "size", "md5". Null when the request was not looked into.
/// </param>
internal sealed record TraceEntry(
    int Number, DateTimeOffset Time, string Kind, string Method, string Path, long Bytes, int Status, string? Fault,
    IReadOnlyDictionary<string, string> Headers, JsonObject? Detail)
{
    /// <summary>The operation of a GraphQL request, null for others.</summary>
    public string? Operation => Kind.StartsWith("graphql:", StringComparison.Ordinal) ? Kind["graphql:".Length..] : null;
}
