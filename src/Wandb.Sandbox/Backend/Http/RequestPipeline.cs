using System.Globalization;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Faults;
using Wandb.Sandbox.Backend.GraphQL;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.Http;

/// <summary>
/// One request from its first byte to its answer:
/// 1. darkness and faults that need no body; 2. read; 3. know the operation; 4. check the key; 5. faults before the state changes;
/// 6. change the state; 7. answer, or lose the answer.
/// </summary>
internal sealed class RequestPipeline(LocalBackendOptions options, BackendState state, FaultSet faults, RequestTrace trace)
{
    private readonly UploadOperation uploads = new(state);
    private readonly StreamOperation streams = new(state, options);

    public async Task HandleAsync(HttpContext context, string path)
    {
        var target = RequestTarget.Of(path);
        var request = new HandledRequest(context, path, target.Kind);

        // 1.
        if (faults.IsDark())
        {
            Drop(request, "dark");
            return;
        }

        if (faults.Next(target.Kind, beforeBody: true) is { } cut)
        {
            await ReadHalfAsync(context.Request, context.RequestAborted);
            Drop(request, FaultRuleJson.NameOf(cut));
            return;
        }

        if (target is RequestTarget.Upload upload)
        {
            await HandleUploadAsync(request, upload);
        }
        else
        {
            await HandleMessageAsync(request, target);
        }
    }

    private async Task HandleUploadAsync(HandledRequest request, RequestTarget.Upload target)
    {
        // 2. To the disk: an artifact may be larger than the memory.
        var http = request.Context.Request;
        var received = await ReceivedUpload.ReceiveAsync(http.Body, state.Folder.NextUpload(), request.Context.RequestAborted);
        try
        {
            request.Bytes = received.SizeBytes;
            var headers = new UploadHeaders(
                http.Headers.Authorization.Count > 0, http.ContentLength is not null, Header(http, UploadUrls.HeaderName), http.ContentType, Header(http, "Content-MD5"));
            await AnswerAsync(request, ReadOnlyMemory<byte>.Empty, () => uploads.Apply(http.Method, target.Token, headers, received));
        }
        finally
        {
            File.Delete(received.TemporaryPath);
        }
    }

    private async Task HandleMessageAsync(HandledRequest request, RequestTarget target)
    {
        // 2.
        var http = request.Context.Request;
        var (body, unreadable) = await ReadAsync(http, request.Context.RequestAborted);
        if (body is null)
        {
            await RefuseAsync(request, unreadable!, "the body cannot be read");
            return;
        }

        request.Bytes = body.WireBytes;

        // 3.
        GraphQLRequest? operation = null;
        if (target is RequestTarget.GraphQL)
        {
            switch (GraphQLRequest.Parse(body.Content))
            {
                case GraphQLRequestResult.Valid valid:
                    operation = valid.Request;
                    request.Kind += ":" + OperationName.Of(operation);
                    request.Detail = new JsonObject
                    {
                        ["operationName"] = operation.Operation.Name?.StringValue,
                        ["variables"] = operation.Variables.DeepClone(),
                    };
                    break;
                case GraphQLRequestResult.Invalid invalid:
                    await RefuseAsync(request, BackendAnswer.GraphQLError(400, invalid.Message), invalid.Message);
                    return;
            }
        }

        // 4.
        if (target is not (RequestTarget.Unknown or RequestTarget.ClientTelemetry) && !IsLetIn(http))
        {
            await SendAsync(
                request, target is RequestTarget.GraphQL ? BackendAnswer.GraphQLError(401, "user is not logged in") : BackendAnswer.Error(401, "unauthorized"), null);
            return;
        }

        await AnswerAsync(request, body.Content, () => target switch
        {
            RequestTarget.GraphQL => Execute(operation!, body, BaseUrl(http)),
            RequestTarget.FileStream stream when http.Method == "POST" => streams.Apply(stream, body),
            RequestTarget.ClientTelemetry when http.Method == "POST" => BackendAnswer.Json(200, new JsonObject()),
            _ => Unknown(http.Method, request.Path),
        });
    }

    private async Task AnswerAsync(HandledRequest request, ReadOnlyMemory<byte> body, Func<BackendAnswer> apply)
    {
        // 5.
        var fault = faults.Next(request.Kind, beforeBody: false, body.Span);
        switch (fault)
        {
            case FaultAction.Delay delay:
                await Task.Delay(delay.For, options.Time, request.Context.RequestAborted);
                break;
            case FaultAction.Dark dark:
                faults.GoDark(dark.For);
                Drop(request, FaultRuleJson.NameOf(fault));
                return;
            case FaultAction.DropBefore:
                Drop(request, FaultRuleJson.NameOf(fault));
                return;
            case FaultAction.GraphQLError error:
                await SendAsync(request, BackendAnswer.GraphQLError(200, error.Message), fault);
                return;
            case FaultAction.Status { Apply: false } status:
                await SendAsync(request, Injected(status), fault);
                return;
        }

        // 6.
        BackendAnswer answer;
        lock (state.Gate)
        {
            RequestCounts.Increment(state.Counts.Requests, request.Kind);
            state.Counts.BytesIn += request.Bytes;
            answer = apply();
        }

        // 7.
        request.Detail = answer.Detail ?? request.Detail;
        if (fault is FaultAction.DropAfter)
        {
            Drop(request, FaultRuleJson.NameOf(fault), answer.Status);
            return;
        }

        await SendAsync(request, fault is FaultAction.Status failed ? Injected(failed) : answer, fault);
    }

    // However the client came here, through a Service or a forwarded port, its uploads come the same way.
    private static Uri BaseUrl(HttpRequest http) => new($"{http.Scheme}://{http.Host}/");

    private BackendAnswer Execute(GraphQLRequest operation, RequestBody body, Uri baseUrl)
    {
        var rootFields = new RootFields(options, state, new UploadUrls(state, baseUrl));
        var answer = GraphQLExecution.Run(operation, rootFields.Resolve);
        foreach (var error in answer.Errors)
        {
            state.Problem("graphql: " + error);
        }

        answer.Run?.Record.Count("graphql:" + OperationName.Of(operation), body.WireBytes);
        return BackendAnswer.Json(answer.Status, answer.Body);
    }

    private BackendAnswer Unknown(string method, string path)
    {
        state.Problem($"unknown path {method} {path}");
        return BackendAnswer.Error(404, "not found");
    }

    private bool IsLetIn(HttpRequest http)
    {
        var verdict = ApiKeyCheck.Of(http.Headers.Authorization, options.ApiKey);
        lock (state.Gate)
        {
            state.Counts.AuthOk += verdict == ApiKeyVerdict.Ok ? 1 : 0;
            state.Counts.AuthWrong += verdict == ApiKeyVerdict.Wrong ? 1 : 0;
            state.Counts.AuthMissing += verdict == ApiKeyVerdict.Missing ? 1 : 0;
            RequestCounts.Increment(state.Counts.UserAgents, http.Headers.UserAgent.ToString().Split('/')[0]);
        }

        return verdict == ApiKeyVerdict.Ok;
    }

    private Task RefuseAsync(HandledRequest request, BackendAnswer answer, string problem)
    {
        lock (state.Gate)
        {
            state.Problem($"{request.Kind}: {problem}");
        }

        return SendAsync(request, answer, null);
    }

    private async Task SendAsync(HandledRequest request, BackendAnswer answer, FaultAction? fault)
    {
        Trace(request, fault is null ? null : FaultRuleJson.NameOf(fault), answer.Status);
        var response = request.Context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentType ??= answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (fault is FaultAction.CloseMidBody)
        {
            // Kestrel closes a connection whose promised length was not reached: headers and half a body arrive, then the end.
            await response.Body.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2), request.Context.RequestAborted);
            return;
        }

        await response.Body.WriteAsync(answer.Body, request.Context.RequestAborted);
    }

    private void Drop(HandledRequest request, string fault, int status = 0)
    {
        Trace(request, fault, status);
        request.Context.Abort();
    }

    private void Trace(HandledRequest request, string? fault, int status)
    {
        var http = request.Context.Request;
        var headers = http.Headers.Where(header => IsTraced(header.Key)).ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        trace.Add(number => new TraceEntry(
            number, options.Time.GetUtcNow(), request.Kind, http.Method, request.Path, request.Bytes, status, fault, headers, request.Detail));
    }

    private static bool IsTraced(string header) =>
        header.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("User-Agent", StringComparison.OrdinalIgnoreCase);

    private static BackendAnswer Injected(FaultAction.Status status)
    {
        var headers = new Dictionary<string, string>(status.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.OrdinalIgnoreCase);
        if (status.RetryAfterSeconds is { } seconds)
        {
            headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return BackendAnswer.Text(status.Code, status.Body, headers) with { ContentType = "application/json" };
    }

    private static async Task<(RequestBody? Body, BackendAnswer? Unreadable)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        if (http.Headers.ContentEncoding.ToString().ToUpperInvariant() is not ("" or "IDENTITY" or "GZIP"))
        {
            return (null, BackendAnswer.Error(415, "unsupported content encoding"));
        }

        try
        {
            return await RequestBody.ReadAsync(http, cancellationToken) is { } body ? (body, null) : (null, BackendAnswer.Error(413, "the body is too long"));
        }
        catch (InvalidDataException error)
        {
            return (null, BackendAnswer.Error(400, error.Message));
        }
    }

    private static async Task ReadHalfAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        for (var left = (http.ContentLength ?? 0) / 2; left > 0;)
        {
            var read = await http.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            left = read == 0 ? 0 : left - read;
        }
    }

    private static string? Header(HttpRequest http, string name) => http.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A request and what has become known of it.</summary>
    private sealed class HandledRequest(HttpContext context, string path, string kind)
    {
        public HttpContext Context => context;

        public string Path => path;

        public string Kind { get; set; } = kind;

        public long Bytes { get; set; }

        public JsonObject? Detail { get; set; }
    }
}
