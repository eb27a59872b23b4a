using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Agent.Tests.Http;

namespace Wandb.Agent.Tests.Artifacts;

/// <summary>The artifact side of a W&amp;B server, kept in memory: one artifact, whatever it is called.</summary>
internal sealed class ArtifactBackend
{
    internal const string ArtifactId = "QXJ0aWZhY3Q6MQ==";

    private readonly Lock gate = new();

    internal Dictionary<string, byte[]> Stored { get; } = [];

    /// <summary>Base64 MD5 of content that the server has from other artifacts.</summary>
    internal HashSet<string> Known { get; } = [];

    internal Dictionary<string, string> ClientIds { get; } = [];

    internal string State { get; set; } = "PENDING";

    internal JsonNode? Manifest { get; private set; }

    internal string? ManifestDigest { get; private set; }

    internal bool OffersParts { get; set; } = true;

    /// <summary>Names of the operations in order of arrival, and "PUT name".</summary>
    internal List<string> Log { get; } = [];

    /// <summary>Answers instead of the backend where it is not null.</summary>
    internal Func<Received, string, Reply?> Fault { get; set; } = (_, _) => null;

    internal Reply Answer(Received request)
    {
        lock (gate)
        {
            var name = request.Method == "PUT" ? "PUT " + Uri.UnescapeDataString(request.Target.Split('/', 3)[2]) : request.Operation;
            Log.Add(name);
            return Fault(request, name) ?? (request.Method == "PUT" ? Put(request, name[4..]) : Reply.Json($$"""{"data":{{Data(request)}}}"""));
        }
    }

    private string Data(Received request) => request.Operation switch
    {
        "CreateArtifact" =>
            $"{{\"createArtifact\":{{\"artifact\":{{\"id\":\"{ArtifactId}\",\"state\":\"{State}\","
            + "\"artifactSequence\":{\"latestArtifact\":{\"id\":\"before\"}}}}}",
        "CreateArtifactManifest" => """{"createArtifactManifest":""" + ManifestAnswer(request) + "}",
        "UpdateArtifactManifest" => """{"updateArtifactManifest":""" + ManifestAnswer(request) + "}",
        "CreateArtifactFiles" => """{"createArtifactFiles":{"files":{"edges":["""
            + string.Join(',', request.Variables.GetProperty("artifactFiles").EnumerateArray().Select(FileAnswer)) + "]}}}",
        "CompleteMultipartUploadArtifact" => Complete(request),
        "CommitArtifact" => Commit(),
        "UseArtifact" => $"{{\"useArtifact\":{{\"artifact\":{{\"id\":\"{ArtifactId}\"}}}}}}",
        "ClientIDMapping" => ClientIds.TryGetValue(request.Variables.GetProperty("clientID").GetString()!, out var id)
            ? $$$"""{"clientIDMapping":{"serverID":"{{{id}}}"}}"""
            : """{"clientIDMapping":null}""",
        var other => throw new InvalidOperationException(other),
    };

    private string ManifestAnswer(Received request)
    {
        if (request.Variables.GetProperty("digest").GetString() is { Length: > 0 } digest)
            ManifestDigest = digest;
        return """{"artifactManifest":{"id":"m","file":{"id":"f","uploadUrl":"/storage/manifest","uploadHeaders":["X-Want:manifest"]}}}""";
    }

    private string FileAnswer(JsonElement file)
    {
        var name = file.GetProperty("name").GetString()!;
        var url = Known.Contains(file.GetProperty("md5").GetString()!) ? "null" : $"\"/storage/{Uri.EscapeDataString(name)}\"";
        var parts = "null";
        if (OffersParts && url != "null" && file.GetProperty("uploadPartsInput") is { ValueKind: JsonValueKind.Array } asked)
        {
            var urls = asked.EnumerateArray().Select(part => part.GetProperty("partNumber").GetInt32())
                .Select(number => $$"""{"partNumber":{{number}},"uploadUrl":"/storage/{{Uri.EscapeDataString($"{name}#{number}")}}"}""");
            parts = $$"""{"uploadID":{{JsonSerializer.Serialize(name)}},"uploadUrlParts":[{{string.Join(',', urls)}}]}""";
        }

        return $$$$"""
            {"node":{"storagePath":"path","uploadUrl":{{{{url}}}},"uploadHeaders":["X-Want:file","Content-Type:text/odd"],
             "uploadMultipartUrls":{{{{parts}}}},"artifact":{"id":"birth"}}}
            """;
    }

    private string Complete(Received request)
    {
        var name = request.Variables.GetProperty("uploadID").GetString()!;
        var whole = new List<byte>();
        foreach (var part in request.Variables.GetProperty("completedParts").EnumerateArray())
        {
            var bytes = Stored[string.Create(CultureInfo.InvariantCulture, $"{name}#{part.GetProperty("partNumber").GetInt32()}")];
            if (part.GetProperty("hexMD5").GetString() != ETag(bytes))
                throw new InvalidOperationException("wrong ETag");
            whole.AddRange(bytes);
        }

        Stored[name] = [.. whole];
        return """{"completeMultipartUploadArtifact":{"digest":"x"}}""";
    }

    private string Commit()
    {
        State = "COMMITTED";
        return $"{{\"commitArtifact\":{{\"artifact\":{{\"id\":\"{ArtifactId}\",\"digest\":\"server\"}}}}}}";
    }

    private Reply Put(Received request, string name)
    {
        if (request.Header("Content-MD5") is { } claimed && claimed != Convert.ToBase64String(Md5(request.Body)))
            return Reply.Empty(400);
        if (name == "manifest")
        {
            Manifest = JsonNode.Parse(Encoding.UTF8.GetString(request.Body));
            return Convert.ToBase64String(Md5(request.Body)) == ManifestDigest ? Reply.Empty() : Reply.Empty(400);
        }

        Stored[name] = request.Body;
        return Reply.Empty().With("ETag", ETag(request.Body));
    }

    private static string ETag(byte[] bytes) => $"\"{Convert.ToHexStringLower(Md5(bytes))}\"";

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The protocol's digest is MD5.")]
    private static byte[] Md5(byte[] bytes) => MD5.HashData(bytes);
}
