using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>A JSON body. YAML and protobuf are not read.</summary>
internal static partial class RequestBody
{
    // As the API server: 3 MiB.
    private const int MaxBytes = 3 << 20;

    /// <returns>Null with no problem: there is no body.</returns>
    public static async Task<(JsonNode? Node, ApiStatus? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Contains("protobuf", StringComparison.Ordinal) == true)
        {
            return (null, ApiStatus.UnsupportedMediaType(request.ContentType, "application/json"));
        }

        var isZipped = request.Headers.ContentEncoding.ToString() == "gzip";
        await using var body = isZipped ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken);
        if (bytes.Length > MaxBytes)
        {
            return (null, new ApiStatus(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MaxBytes}"));
        }

        if (request.ContentType?.StartsWith(PatchChange.Apply, StringComparison.Ordinal) == true && HalfOfPair().IsMatch(Encoding.UTF8.GetString(bytes.ToArray())))
        {
            return (null, ApiStatus.BadRequest("error decoding YAML: yaml: invalid Unicode character escape code"));
        }

        try
        {
            return (bytes.Length == 0 ? null : JsonNode.Parse(bytes.ToArray()), null);
        }
        catch (JsonException error)
        {
            return (null, ApiStatus.BadRequest($"the body is no JSON (YAML is not read here): {error.Message}"));
        }
    }

    /// <summary>An escape that JSON takes and the API server's reader of YAML does not: half of a UTF-16 pair, also where the other half follows.</summary>
    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")]
    private static partial Regex HalfOfPair();
}
