using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;
using Wandb.Sandbox.Backend.Streaming;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>Carries out a file-stream request. Runs under the state's gate.</summary>
internal sealed class StreamOperation(BackendState state, LocalBackendOptions options)
{
    public BackendAnswer Apply(RequestTarget.FileStream target, RequestBody body)
    {
        if (state.Run(new RunKey(target.Entity, target.Project, target.Run)) is not { } run)
        {
            return Refuse(404, $"run {target.Entity}/{target.Project}/{target.Run} not found");
        }

        var limits = new Dictionary<string, string>(StringComparer.Ordinal);
        if (options.RateLimit && !TakeToken(run, limits))
        {
            run.Record.RateLimited++;
            return BackendAnswer.Error(429, "rate limit exceeded", limits);
        }

        return StreamMessage.Parse(body.Content) switch
        {
            StreamMessageResult.Malformed malformed => Refuse(400, malformed.Reason),
            StreamMessageResult.Valid { Message: var message } when !run.Accepts(message) =>
                Refuse(400, $"an offset lies more than {StreamMessage.MaxGapLines} lines behind the end"),
            StreamMessageResult.Valid { Message: var message } => Accept(run, message, body, limits),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private BackendAnswer Accept(StoredRun run, StreamMessage message, RequestBody body, Dictionary<string, string> limits)
    {
        run.Apply(message);
        run.Record.Count("filestream", body.WireBytes);
        state.Save(run);
        foreach (var name in message.UnknownMembers)
        {
            RequestCounts.Increment(state.Counts.UnknownFields, "filestream." + name);
        }

        return BackendAnswer.Json(200, new JsonObject { ["stopped"] = false, ["exitcode"] = run.Record.ExitCode, ["limits"] = new JsonObject() }, limits) with
        {
            Detail = Describe(message),
        };
    }

    private BackendAnswer Refuse(int status, string reason)
    {
        state.Problem("filestream: " + reason);
        return BackendAnswer.Error(status, reason);
    }

    private bool TakeToken(StoredRun run, Dictionary<string, string> headers)
    {
        (run.Tokens, var allowed) = run.Tokens.Take(options.Time.GetUtcNow());
        headers["RateLimit-Limit"] = TokenBucket.Burst.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = ((int)run.Tokens.Tokens).ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = "1";
        if (!allowed)
        {
            headers["Retry-After"] = "1";
        }

        return allowed;
    }

    private static JsonObject Describe(StreamMessage message)
    {
        var detail = new JsonObject();
        if (message.Chunks.Count > 0)
        {
            detail["files"] = new JsonObject(message.Chunks.Select(chunk => KeyValuePair.Create<string, JsonNode?>(
                chunk.Name, new JsonObject { ["offset"] = chunk.Offset, ["lines"] = chunk.Lines.Count })));
        }

        if (message.Uploaded.Count > 0)
        {
            detail["uploaded"] = new JsonArray([.. message.Uploaded.Select(path => JsonValue.Create(path))]);
        }

        if (message.Preempting)
        {
            detail["preempting"] = true;
        }

        if (message.Complete)
        {
            (detail["complete"], detail["exitcode"]) = (true, message.ExitCode);
        }

        return detail;
    }
}
