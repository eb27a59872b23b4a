using System.Diagnostics;
using Wandb.Agent.Http;

namespace Wandb.Agent.Uploads;

/// <summary>Puts bytes to an upload URL. Safe for concurrent use.</summary>
internal sealed class FilePut(WandbHttp http)
{
    /// <param name="name">For messages.</param>
    /// <param name="url">As the server gave it: absolute, or relative to its base URL.</param>
    internal async Task<PutOutcome> SendAsync(
        string name, string url, IReadOnlyList<KeyValuePair<string, string>> headers, SourceSlice slice, CancellationToken ct)
    {
        if (!http.Server.TryResolve(url, out var target))
            return new PutOutcome.Refused(null, "the server gave an upload URL that is not http or https");
        var call = new HttpCall(RequestKind.FilePut, $"upload of {name}", HttpMethod.Put, target, onProgress => new SliceBody(slice, onProgress))
        {
            Headers = headers,
        };
        return await http.SendAsync(call, ct) switch
        {
            // A page says nothing about the file: whoever signs in there lets the next try through.
            HttpOutcome.Answer answer when ServerMessage.IsPage(answer.Body) => new PutOutcome.GaveUp(1, ServerMessage.NotOurs(answer.Body)),
            HttpOutcome.Answer answer => new PutOutcome.Stored(answer.Status, answer.ETag),
            HttpOutcome.BodyUnavailable body => new PutOutcome.SourceChanged(body.Reason),
            HttpOutcome.Rejected rejected => new PutOutcome.Refused(rejected.Status, rejected.Message),
            HttpOutcome.GaveUp gaveUp => new PutOutcome.GaveUp(gaveUp.Tries, gaveUp.LastReason),
            _ => throw new UnreachableException(),
        };
    }
}
