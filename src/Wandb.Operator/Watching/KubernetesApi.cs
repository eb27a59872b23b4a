using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using k8s;
using k8s.Exceptions;

namespace Wandb.Operator.Watching;

/// <summary>
/// The one way to the API server: raw JSON. It gives up by a time limit, tells every
/// outcome as a value, and never tries twice: who asks knows whether that is safe. Safe for concurrent use.
/// </summary>
internal sealed class KubernetesApi : IDisposable
{
    /// <summary>One object; see <see cref="WatchLimits.MaxObjectBytes"/>.</summary>
    public const int MaxBodyBytes = 16 << 20;

    private const int MaxMessageLength = 1000;
    private const int MaxRefusalBytes = 64 << 10;

    private readonly ApiConnection _connection;
    private readonly TimeProvider _time;

    /// <exception cref="KubeConfigException">The server's address or the client certificate is none.</exception>
    public KubernetesApi(KubernetesClientConfiguration configuration, TimeProvider time)
    {
        _connection = new ApiConnection(configuration);
        _time = time;
        Namespace = string.IsNullOrWhiteSpace(configuration.Namespace) ? "default" : configuration.Namespace.Trim();
    }

    /// <summary>Where this program runs, or the one that the kubeconfig's context names; "default" when neither says.</summary>
    public string Namespace { get; }

    public Task<ApiOutcome> GetAsync(string path, CancellationToken ct) => SendAsync(new ApiRequest(HttpMethod.Get, path), ct);

    /// <param name="json">The object to create, as JSON.</param>
    public Task<ApiOutcome> PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken ct) =>
        SendAsync(new ApiRequest(HttpMethod.Post, path) { Body = json }, ct);

    /// <param name="json">The whole object; with metadata.resourceVersion, 409 says that somebody else wrote in between.</param>
    public Task<ApiOutcome> PutAsync(string path, ReadOnlyMemory<byte> json, CancellationToken ct) =>
        SendAsync(new ApiRequest(HttpMethod.Put, path) { Body = json }, ct);

    /// <summary>
    /// Server-side apply (Kubernetes docs, "Server-Side Apply"): the fields of <paramref name="json"/>, and no others, become ours.
    /// </summary>
    /// <param name="path">Of the object or its subresource, without a query.</param>
    /// <param name="json">Names apiVersion, kind and metadata.name.</param>
    /// <param name="force">Takes fields over that another manager owns; without it they are a 409.</param>
    public Task<ApiOutcome> ApplyAsync(string path, ReadOnlyMemory<byte> json, string fieldManager, bool force, CancellationToken ct) =>
        SendAsync(
            new ApiRequest(HttpMethod.Patch, $"{path}?fieldManager={Uri.EscapeDataString(fieldManager)}&force={(force ? "true" : "false")}")
            {
                Body = ApplyText.Of(json),
                ContentType = ApiRequest.ApplyPatch,
            },
            ct);

    /// <exception cref="OperationCanceledException">By <paramref name="ct"/> alone; a time limit is an outcome.</exception>
    public async Task<ApiOutcome> SendAsync(ApiRequest request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(request.TimeLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var stream = await OpenAsync(request, stop.Token, ct);
        switch (stream)
        {
            case ApiStream.Refused refused:
                return new ApiOutcome.Refused(refused.Refusal);
            case ApiStream.Failed failed:
                return new ApiOutcome.Failed(failed.Reason);
            case ApiStream.Opened opened:
                try
                {
                    var body = await ReadAsync(opened.Body, MaxBodyBytes, stop.Token);
                    return new ApiOutcome.Done((int)opened.Response.StatusCode, body.Length == 0 ? default : JsonElement.Parse(body.Span));
                }
                catch (Exception exception) when (IsFailure(exception, ct))
                {
                    return new ApiOutcome.Failed(Describe(exception, request));
                }
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Sends, and returns when the answer begins; the time limit ends there. The caller disposes what it gets.</summary>
    /// <exception cref="OperationCanceledException">By <paramref name="ct"/> alone; a time limit is an outcome.</exception>
    public async Task<ApiStream> OpenAsync(ApiRequest request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(request.TimeLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        return await OpenAsync(request, stop.Token, ct);
    }

    public void Dispose() => _connection.Dispose();

    private async Task<ApiStream> OpenAsync(ApiRequest request, CancellationToken stop, CancellationToken caller)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await _connection.SendAsync(request.Method, request.Path, message => Complete(message, request), stop);
            var body = await response.Content.ReadAsStreamAsync(stop);
            if (response.IsSuccessStatusCode)
            {
                var opened = new ApiStream.Opened(response, body);
                response = null;
                return opened;
            }
            return new ApiStream.Refused(Refusal(response, (await ReadAsync(body, MaxRefusalBytes, stop)).Span));
        }
        catch (Exception exception) when (IsFailure(exception, caller))
        {
            return new ApiStream.Failed(Describe(exception, request));
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static void Complete(HttpRequestMessage message, ApiRequest request)
    {
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }
    }

    private ApiRefusal Refusal(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var status = ApiStatusText.Read(body);
        var header = response.Headers.RetryAfter;
        var retryAfter = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : status.RetryAfter);
        var message = status.Message is { Length: > MaxMessageLength } text ? text[..MaxMessageLength] : status.Message;
        return new ApiRefusal((int)response.StatusCode, status.Reason, message, retryAfter);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, int maxBytes, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        var part = new byte[16 << 10];
        while (await body.ReadAsync(part, ct) is > 0 and var count)
        {
            if (buffer.Length + count > maxBytes)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"the answer is longer than {maxBytes} bytes"));
            buffer.Write(part, 0, count);
        }
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    // The token's file may be missing (IOException), a kubeconfig's plug-in may fail (KubeConfigException), a body may be no JSON.
    private static bool IsFailure(Exception exception, CancellationToken caller) => exception switch
    {
        OperationCanceledException => !caller.IsCancellationRequested,
        HttpRequestException or IOException or InvalidDataException or JsonException => true,
        UnauthorizedAccessException or AuthenticationException or KubeConfigException => true,
        _ => false,
    };

    private static string Describe(Exception exception, ApiRequest request) => exception switch
    {
        OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"no answer within {request.TimeLimit.TotalSeconds} s"),
        { InnerException: { } inner } => $"{exception.Message} {inner.Message}",
        _ => exception.Message,
    };
}
