using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Wandb.Contract;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Reports;

/// <summary>
/// Takes the reports of agents: 1. whose token is it, 2. is the pod one of ours, 3. is it not too often, 4. read, 5. keep, 6. answer what
/// only Kubernetes knows. Nothing of the body is read before the pod is known, and nothing is made of it before it is whole: objects take many times its bytes.
/// </summary>
internal sealed class ReportEndpoint(
    ITokenCheck tokens, IReportingPods pods, ReportStore store, TimeProvider time, ILogger<ReportEndpoint> log)
{
    /// <summary>About a thousand runs; the agents of one pod have a handful.</summary>
    public const int MaxBodyBytes = 1 << 20;

    // A service-account token has about 1 KB.
    private const int MaxTokenLength = 16 << 10;
    private const string Scheme = "Bearer ";
    private static readonly string TooManyBytes = $"it has more than {MaxBodyBytes} bytes";
    private static readonly TimeSpan RetryCheck = TimeSpan.FromSeconds(5);

    private readonly ReportRates _rates = new();
    private readonly DisplacedNotice _displaced = new();

    /// <summary>
    /// Whether it says beforehand that it is too large. Then no limit is set: what comes of it is dropped, since an agent that is cut off while it sends does not
    /// hear why.
    /// </summary>
    public static bool IsTooLarge(HttpRequest report) => report.ContentLength > MaxBodyBytes;

    /// <summary>Whoever reads its body beyond the limit gets a <see cref="BadHttpRequestException"/> with 413.</summary>
    public static void Limit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBodyBytes;
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(AgentPaths.ReportPath, HandleAsync);

    private async Task HandleAsync(HttpContext context)
    {
        if (await IdentifyAsync(context) is not { } pod)
            return;
        if (!await IsOursAsync(context, pod))
            return;
        if (_rates.Take(pod.Uid, time.GetUtcNow()) is var wait && wait > TimeSpan.Zero)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too many reports of this pod", wait);
            return;
        }
        if (await ReadAsync(context, pod) is not { } report)
            return;
        if (store.Take(pod, report, time.GetUtcNow()) is var news and not ReportNews.None)
            pods.Reported(pod, news);
        if (_displaced.Due(store.Displaced, time.GetUtcNow()) is > 0 and var displaced)
            log.ReportsDisplaced(store.Budget.Bytes, displaced);
        // Asked now: a container may have ended while the body was on its way, and the pod may have gone.
        ReportAnswer answer;
        try
        {
            answer = await pods.AnswerForAsync(pod, context.RequestAborted) ?? new ReportAnswer();
        }
        catch (ApiException exception)
        {
            await NotCheckedAsync(context, pod, exception);
            return;
        }
        await context.Response.WriteAsJsonAsync(answer, ContractJson.Default.ReportAnswer, cancellationToken: context.RequestAborted);
    }

    /// <returns>Null: the answer, 401, 403 or 503, is given.</returns>
    private async ValueTask<PodIdentity?> IdentifyAsync(HttpContext context)
    {
        var outcome = Token(context.Request) is { } token ? await tokens.CheckAsync(token, context.RequestAborted) : new TokenOutcome.Refused();
        switch (outcome)
        {
            case TokenOutcome.Accepted accepted:
                return accepted.Pod;
            case TokenOutcome.Refused:
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await RefuseAsync(context, StatusCodes.Status401Unauthorized, "no valid token of a pod");
                return null;
            case TokenOutcome.NoPod:
                await RefuseAsync(context, StatusCodes.Status403Forbidden, "the token belongs to no pod");
                return null;
            case TokenOutcome.Unavailable unavailable:
                log.TokenNotChecked(unavailable.Reason);
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the token cannot be checked now", RetryCheck);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Only what can be a token is worth asking the API server about.</summary>
    private static string? Token(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > Scheme.Length + MaxTokenLength)
            return null;
        var token = header[Scheme.Length..];
        return token.Count(c => c == '.') == 2 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? token : null;
    }

    /// <returns>False: the answer, 403 or 503, is given.</returns>
    private async ValueTask<bool> IsOursAsync(HttpContext context, PodIdentity pod)
    {
        try
        {
            if (await pods.IsOursAsync(pod, context.RequestAborted))
                return true;
            log.UnknownPod(pod.Namespace, pod.Name);
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "the token's pod carries no agent of this operator");
        }
        catch (ApiException exception)
        {
            await NotCheckedAsync(context, pod, exception);
        }
        return false;
    }

    private Task NotCheckedAsync(HttpContext context, PodIdentity pod, ApiException exception)
    {
        log.PodNotChecked(pod.Namespace, pod.Name, exception.Message);
        return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the pod cannot be checked now", RetryCheck);
    }

    /// <returns>Null: the answer, 400, 408 or 413, is given.</returns>
    private async Task<AgentReport?> ReadAsync(HttpContext context, PodIdentity pod)
    {
        if (IsTooLarge(context.Request) || context.Request.Headers.ContainsKey(ReportForwarding.TooLargeHeader))
        {
            await RefuseLargeAsync(context, pod, TooManyBytes);
            return null;
        }
        Limit(context);
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), ContractJson.Default.AgentReport) is not { } report || !SoundReport.Is(report))
            {
                log.UnreadableReport(pod.Namespace, pod.Name, "a value is missing");
                await RefuseAsync(context, StatusCodes.Status400BadRequest, "no report of an agent");
                return null;
            }
            if (ReportWeight.Of(report) <= store.Budget.PodBytes)
                return report;
            await RefuseLargeAsync(context, pod, $"it would take more than {store.Budget.PodBytes} bytes here");
        }
        catch (JsonException exception)
        {
            log.UnreadableReport(pod.Namespace, pod.Name, exception.Message);
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "no JSON of a report");
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await RefuseLargeAsync(context, pod, TooManyBytes);
        }
        catch (BadHttpRequestException exception)
        {
            log.UnreadableReport(pod.Namespace, pod.Name, exception.Message);
            await RefuseAsync(context, exception.StatusCode, "the body cannot be read");
        }
        return null;
    }

    private Task RefuseLargeAsync(HttpContext context, PodIdentity pod, string problem)
    {
        log.ReportTooLarge(pod.Namespace, pod.Name, problem);
        if (store.Refuse(pod, time.GetUtcNow()))
            pods.Reported(pod, ReportNews.State);
        return RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "the report is too large");
    }

    private static async Task RefuseAsync(HttpContext context, int status, string message, TimeSpan retryAfter = default)
    {
        context.Response.StatusCode = status;
        if (retryAfter > TimeSpan.Zero)
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await context.Response.WriteAsync(message, context.RequestAborted);
    }
}
