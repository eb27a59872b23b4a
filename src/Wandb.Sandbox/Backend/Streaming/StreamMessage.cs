using System.Text.Json;

namespace Wandb.Sandbox.Backend.Streaming;

/// <summary>Lines for one file of the stream.</summary>
/// <param name="Name">Such as wandb-history.jsonl.</param>
/// <param name="Offset">Number of the first line, from 0.</param>
/// <param name="Lines">The lines in UTF-8, without line ends.</param>
internal sealed record StreamChunk(string Name, long Offset, IReadOnlyList<ReadOnlyMemory<byte>> Lines);

/// <summary>Body of one file-stream request.</summary>
internal sealed record StreamMessage(
    IReadOnlyList<StreamChunk> Chunks, IReadOnlyList<string> Uploaded, bool Preempting, bool Complete, long? ExitCode,
    IReadOnlyList<string> UnknownMembers, bool IsHeartbeat)
{
    /// <summary>An offset this far behind the last line is a mistake, not a gap: the index would be filled up to there.</summary>
    public const long MaxGapLines = 1_000_000;

    // "dropped" and "failed" are sent by older clients and say nothing about content.
    private static readonly string[] KnownMembers = ["files", "uploaded", "preempting", "complete", "exitcode", "dropped", "failed"];

    /// <summary>Reads a body. Never throws on bad data.</summary>
    public static StreamMessageResult Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement, new byte[body.Length])
                : new StreamMessageResult.Malformed("the body is not an object");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string of half a surrogate pair has no UTF-8 form.
            return new StreamMessageResult.Malformed(error.Message);
        }
    }

    private static StreamMessageResult Read(JsonElement root, byte[] text)
    {
        var chunks = new List<StreamChunk>();
        var used = 0;
        if (root.TryGetProperty("files", out var files) && files.ValueKind != JsonValueKind.Null)
        {
            foreach (var file in files.EnumerateObject())
            {
                if (!TryReadChunk(file, text, ref used, out var chunk))
                {
                    return new StreamMessageResult.Malformed($"{file.Name}: an offset from 0 and a content of strings are needed");
                }

                chunks.Add(chunk);
            }
        }

        return new StreamMessageResult.Valid(new StreamMessage(
            chunks,
            root.TryGetProperty("uploaded", out var uploaded) && uploaded.ValueKind == JsonValueKind.Array
                ? [.. uploaded.EnumerateArray().Select(path => path.GetString() ?? "")]
                : [],
            IsTrue(root, "preempting"),
            IsTrue(root, "complete"),
            root.TryGetProperty("exitcode", out var code) && code.ValueKind == JsonValueKind.Number ? code.GetInt64() : null,
            [.. root.EnumerateObject().Select(member => member.Name).Where(name => !KnownMembers.Contains(name, StringComparer.Ordinal))],
            !root.EnumerateObject().Any()));
    }

    private static bool TryReadChunk(JsonProperty file, byte[] text, ref int used, out StreamChunk chunk)
    {
        chunk = new StreamChunk(file.Name, 0, []);
        if (file.Value.ValueKind != JsonValueKind.Object
            || !file.Value.TryGetProperty("offset", out var offset) || offset.ValueKind != JsonValueKind.Number
            || !offset.TryGetInt64(out var first) || first < 0
            || !file.Value.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var lines = new List<ReadOnlyMemory<byte>>(content.GetArrayLength());
        foreach (var line in content.EnumerateArray())
        {
            if (line.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            // A string is never longer than its JSON form, so all of them together fit into a buffer of the body's length.
            var length = CopyText(line, text.AsSpan(used));
            lines.Add(text.AsMemory(used, length));
            used += length;
        }

        chunk = chunk with { Offset = first, Lines = lines };
        return true;
    }

    private static int CopyText(JsonElement line, Span<byte> target)
    {
        var reader = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(line));
        reader.Read();
        return reader.CopyString(target);
    }

    private static bool IsTrue(JsonElement root, string name) => root.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
}

/// <summary>Outcome of <see cref="StreamMessage.Parse"/>.</summary>
internal abstract record StreamMessageResult
{
    private StreamMessageResult()
    {
    }

    public sealed record Valid(StreamMessage Message) : StreamMessageResult;

    public sealed record Malformed(string Reason) : StreamMessageResult;
}
