using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;

namespace Wandb.Agent.Streaming;

/// <summary>Sends one file-stream request at a time for its caller; safe for concurrent use by many runs.</summary>
internal sealed class StreamClient(WandbHttp http)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Posts a request until it is answered.</summary>
    /// <param name="body">The JSON text; not copied, and must not change until the task has ended.</param>
    /// <param name="gzip">Only if the server announces FILESTREAM_GZIP.</param>
    internal async Task<StreamOutcome> PostAsync(RunPath run, ReadOnlyMemory<byte> body, bool gzip, CancellationToken ct)
    {
        var sent = gzip ? Compress(body) : body;
        var call = new HttpCall(RequestKind.FileStream, $"file stream of {run}", HttpMethod.Post, http.Server.FileStreamUrl(run), onProgress => Content(sent, gzip, onProgress));
        return await http.SendAsync(call, ct) switch
        {
            HttpOutcome.Answer answer => Read(answer),
            HttpOutcome.Rejected rejected => new StreamOutcome.Rejected(rejected.Status, rejected.Message),
            HttpOutcome.GaveUp gaveUp => new StreamOutcome.GaveUp(gaveUp.Tries, gaveUp.LastReason),
            _ => throw new UnreachableException(),
        };
    }

    private static LinesContent Content(ReadOnlyMemory<byte> body, bool gzip, Action onProgress)
    {
        var content = new LinesContent(body, onProgress);
        content.Headers.ContentType = Json;
        if (gzip)
            content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> body)
    {
        var packed = new MemoryStream((body.Length / 3) + 64);
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(body.Span);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    private static StreamOutcome Read(HttpOutcome.Answer answer)
    {
        if (answer.Body.Length == 0)
            return new StreamOutcome.Accepted(false);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (ServerMessage.ErrorIn(document.RootElement) is { } error)
                return new StreamOutcome.Rejected(answer.Status, error);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new StreamOutcome.Accepted(document.RootElement.TrueAt("stopped"));
        }
        catch (JsonException)
        {
            // Falls through: a sign-in page of a proxy also has status 200.
        }

        return new StreamOutcome.Rejected(answer.Status, ServerMessage.NotOurs(answer.Body));
    }
}
