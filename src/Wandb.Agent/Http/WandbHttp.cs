using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace Wandb.Agent.Http;

/// <summary>
/// Sends requests to one W&amp;B server and to the upload URLs that it gives out, again and again as <see cref="RetryPolicy"/> decides.
/// Safe for concurrent use by any number of runs. Cancelling ends a wait or a try at once with <see cref="OperationCanceledException"/>.
/// </summary>
internal sealed class WandbHttp : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly WandbServer server;
    private readonly WandbHttpOptions options;
    private readonly TimeProvider time;
    private readonly IWaitObserver waits;
    private readonly HttpClient client;

    private readonly SignsOfLife signs;

    // The server has a limit for each.
    private readonly PacedLine streamLine;
    private readonly PacedLine graphqlLine;

    internal WandbHttp(WandbServer server, WandbHttpOptions options, TimeProvider time, IWaitObserver waits)
    {
        this.server = server;
        this.options = options;
        this.time = time;
        signs = new SignsOfLife(time);
        streamLine = new PacedLine(time, options.NextJitter);
        graphqlLine = new PacedLine(time, options.NextJitter);
        this.waits = waits;
        client = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,

            // Redirects are followed here, because the key must not go along to another host and a POST must stay a POST.
            AllowAutoRedirect = false,
            UseCookies = false,

            // A sidecar lives for weeks: a server that moved is found again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
            SslOptions = { RemoteCertificateValidationCallback = UntrustedCertificateException.ThrowIfWrong },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    internal WandbServer Server => server;

    /// <inheritdoc cref="SignsOfLife.Silence"/>
    internal TimeSpan Silence => signs.Silence;

    internal async Task<HttpOutcome> SendAsync(HttpCall call, CancellationToken ct)
    {
        signs.Begin();
        try
        {
            return await SendUntilDecidedAsync(call, ct);
        }
        finally
        {
            signs.End();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        streamLine.Dispose();
        graphqlLine.Dispose();
    }

    private async Task<HttpOutcome> SendUntilDecidedAsync(HttpCall call, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            await KeepPaceAsync(call, ct);
            var started = time.GetTimestamp();
            var attempt = await TryAsync(call, ct);
            var duration = time.GetElapsedTime(started);
            if (attempt.Failure is not { } failure)
            {
                signs.Seen();
                waits.Tried(new RequestTry(call.Kind, (attempt.Outcome as HttpOutcome.Answer)?.Status, "", null) { Duration = duration });
                return attempt.Outcome ?? throw new UnreachableException();
            }
            var decision = RetryPolicy.Decide(call.Kind, failure, tries, options.NextJitter(), time.GetUtcNow(), options.Retry);
            waits.Tried(new RequestTry(call.Kind, (failure as AttemptFailure.Status)?.Code, attempt.Words, (decision as RetryDecision.Retry)?.After)
            {
                Duration = duration,
            });
            switch (decision)
            {
                case RetryDecision.Retry retry:
                    waits.Waiting(call.What, attempt.Words, retry.After, tries);
                    await WaitAsync(retry.After, isAsked: failure is AttemptFailure.Status { RetryAfter: not null }, ct);
                    break;
                case RetryDecision.GiveUp:
                    return new HttpOutcome.GaveUp(tries, attempt.Words) { IsUntrusted = failure is AttemptFailure.Untrusted };
                case RetryDecision.Reject:
                    return new HttpOutcome.Rejected(((AttemptFailure.Status)failure).Code, attempt.Message);
                default:
                    throw new UnreachableException();
            }
        }
    }

    /// <param name="isAsked">The server asks for this wait.</param>
    private async Task WaitAsync(TimeSpan delay, bool isAsked, CancellationToken ct)
    {
        if (isAsked || options.Hurry.IsCancellationRequested)
        {
            await Task.Delay(isAsked || delay < options.HurriedDelay ? delay : options.HurriedDelay, time, ct);
            return;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(options.Hurry, ct);
        try
        {
            await Task.Delay(delay, time, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Now or never.
        }
    }

    private async Task KeepPaceAsync(HttpCall call, CancellationToken ct)
    {
        if (LineOf(call.Kind) is not { } line)
            return;
        var turn = line.EnterAsync(delay => waits.Waiting(call.What, "rate limit of the server", delay, 0), ct);
        if (turn.IsCompletedSuccessfully)
            return;
        // The server is there: it is the one that is waited for.
        signs.End();
        try
        {
            await turn;
        }
        finally
        {
            signs.Begin();
        }
    }

    /// <returns>Null where the server has no limit of its own.</returns>
    private PacedLine? LineOf(RequestKind kind) => kind switch
    {
        RequestKind.FilePut => null,
        RequestKind.FileStream => streamLine,
        _ => graphqlLine,
    };

    private async Task<Attempt> TryAsync(HttpCall call, CancellationToken ct)
    {
        var limit = call.Kind switch
        {
            RequestKind.FileStream => options.FileStreamStall,
            RequestKind.FilePut => options.FilePutStall,
            _ => options.GraphQLTimeout,
        };
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);

        // Files often go to a store of another host, which a network that lets the server through may still not know.
        var place = server.Owns(call.Target) ? "" : $" at {call.Target.Authority}";

        // Bytes that move push the end further away.
        Action onProgress = () =>
        {
            signs.Seen();
            timeout.CancelAfter(limit);
        };
        try
        {
            var (response, redirect) = await FollowAsync(call, onProgress, either.Token);
            using var owned = response;
            LineOf(call.Kind)?.Observe(Header(response, "RateLimit-Remaining"), Header(response, "RateLimit-Reset"));
            var (body, isWhole) = await BoundedBody.ReadAsync(response.Content, options.MaxAnswerBytes, either.Token);
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
            {
                var failure = new AttemptFailure.Status(status, Header(response, "Retry-After"), Header(response, "Date"));
                return new Attempt(null, failure, server.Redact(redirect ?? ServerMessage.From(body, status))) { Place = place };
            }

            return isWhole
                ? new Attempt(new HttpOutcome.Answer(status, body, Header(response, "ETag")), null, "")
                : new Attempt(new HttpOutcome.Rejected(status, $"the answer is longer than {options.MaxAnswerBytes} bytes"), null, "");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Attempt(null, new AttemptFailure.TimedOut(limit), "") { Place = place };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException or BodyUnavailableException)
        {
            return ConnectionFailure.From(exception) is { } failure
                ? new Attempt(null, failure, "") { Place = place }
                : new Attempt(new HttpOutcome.BodyUnavailable(BodyReason(exception)), null, "");
        }
    }

    /// <returns>The last answer and, if it is a redirect that is not followed, why.</returns>
    private async Task<(HttpResponseMessage Response, string? Problem)> FollowAsync(HttpCall call, Action onProgress, CancellationToken ct)
    {
        var target = call.Target;
        for (var redirects = 0; ; redirects++)
        {
            using var request = NewRequest(call, target, onProgress);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if ((int)response.StatusCode is not (301 or 302 or 307 or 308) || response.Headers.Location is not { } location)
                return (response, null);
            var next = new Uri(target, location);
            if (redirects == MaxRedirects)
                return (response, $"the server redirects without end, at last to {Plain(next)}");
            if (next.Scheme != Uri.UriSchemeHttps && next.Scheme != target.Scheme)
                return (response, $"the server redirects to {Plain(next)}, which is not encrypted");
            response.Dispose();
            target = next;
        }
    }

    /// <summary>Without user, password and query.</summary>
    private static string Plain(Uri url) => $"{url.Scheme}://{url.Authority}{url.AbsolutePath}";

    private HttpRequestMessage NewRequest(HttpCall call, Uri target, Action onProgress)
    {
        var request = new HttpRequestMessage(call.Method, target)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = call.NewBody(onProgress),
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("wandb-agent", options.Version));
        if (call.Kind != RequestKind.FilePut && server.Key is { } key && server.Owns(target))
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", key.BasicCredential);
        foreach (var (name, value) in call.Headers)
        {
            // Content-Type and its like belong to the body; the library refuses them on the request and the other way round.
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static string BodyReason(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is BodyUnavailableException body)
                return body.Message;
        }

        throw new UnreachableException();
    }

    /// <summary>One try: an outcome, or a failure with the server's words about it.</summary>
    private readonly record struct Attempt(HttpOutcome? Outcome, AttemptFailure? Failure, string Message)
    {
        /// <summary>Where it was sent to if that is not the server, with a blank before it.</summary>
        internal string Place { get; init; } = "";

        internal string Words => Failure is AttemptFailure.Status status && Message.Length > 0 && Message != $"HTTP {status.Code}"
            ? $"HTTP {status.Code}{Place}: {Message}"
            : (Failure?.Words ?? Message) + Place;
    }
}
