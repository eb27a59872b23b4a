using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Wandb.Contract;
using Wandb.Operator.Certificates;
using Wandb.Operator.Leadership;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Reports;

/// <summary>
/// Reports belong to the leader: another replica passes them on as they came, token and all, and the answer back. It judges nothing itself; the leader
/// asks whose the token is. A report is passed on once: a replica that gets one from another and does not lead refuses it, and the agent comes again.
/// Of a report that is too large the leader is told that there was one: what its pod has not said it must know.
/// </summary>
internal sealed class ReportForwarding(
    ILeadership leadership, ILeaderAddress leader, ServingCertificate trust, OperatorOptions options, OperatorMetrics metrics, TimeProvider time,
    ILogger<ReportForwarding> log)
    : IDisposable
{
    /// <summary>Set by the replica that passes a report on.</summary>
    public const string ForwardedHeader = "Wandb-Operator-Forwarded";

    /// <summary>
    /// Set by the replica to which a report came that is too large, in place of the report. With the token of its pod, as every report: who says it falsely
    /// says it of itself.
    /// </summary>
    public const string TooLargeHeader = "Wandb-Operator-Report-Too-Large";

    // Below the 5 s of the agent.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // A new leader has another address, and a rotation other certificates: connections of before are worth nothing then.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    // Guards _route.
    private readonly Lock _gate = new();
    private Route? _route;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Method != HttpMethods.Post || context.Request.Path != AgentPaths.ReportPath)
        {
            await next(context);
            return;
        }
        var outcome = ReportOutcome.Aborted;
        try
        {
            var isPassedOn = await AnswerAsync(context, next);
            outcome = isPassedOn ? ReportOutcome.Passed : ReportOutcome.Of(context.Response.StatusCode);
        }
        finally
        {
            metrics.ReportReceived(outcome);
        }
    }

    public void Dispose() => _route?.Client.Dispose();

    /// <returns>Whether the leader, another replica, has answered.</returns>
    private async Task<bool> AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (leadership.IsLeader)
        {
            await next(context);
            return false;
        }
        if (context.Request.Headers.ContainsKey(ForwardedHeader))
        {
            await RefuseAsync(context, "this replica does not lead any more");
            return false;
        }
        if (leader.Leader is not { } address)
        {
            await RefuseAsync(context, "nobody leads now");
            return false;
        }
        return await ForwardAsync(context, address);
    }

    /// <returns>Whether the leader has answered.</returns>
    private async Task<bool> ForwardAsync(HttpContext context, IPEndPoint address)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        try
        {
            if (ReportEndpoint.IsTooLarge(context.Request) || !await PassOnAsync(context, address, isTooLarge: false, stop.Token))
                await PassOnAsync(context, address, isTooLarge: true, stop.Token);
            return true;
        }
        catch (HttpRequestException exception) when (exception.InnerException is BadHttpRequestException unreadable)
        {
            // The agent's body, not the leader's answer.
            context.Response.StatusCode = unreadable.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException
            || (exception is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            log.LeaderNotReached(address, exception is OperationCanceledException ? "no answer in time" : exception.Message);
            await RefuseAsync(context, "the leader cannot be reached now");
        }
        return false;
    }

    /// <returns>False: the report turns out to be too large, and nothing is answered.</returns>
    private async Task<bool> PassOnAsync(HttpContext context, IPEndPoint address, bool isTooLarge, CancellationToken ct)
    {
        if (!isTooLarge)
            ReportEndpoint.Limit(context);
        try
        {
            using var request = RequestOf(context.Request, isTooLarge);
            using var response = await ClientFor(address).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            context.Response.StatusCode = (int)response.StatusCode;
            LeadElsewhere(context);
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            if (response.Headers.RetryAfter is { } wait)
                context.Response.Headers.RetryAfter = wait.ToString();
            if (response.Headers.WwwAuthenticate.Count > 0)
                context.Response.Headers.WWWAuthenticate = response.Headers.WwwAuthenticate.ToString();
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
            return true;
        }
        catch (HttpRequestException exception) when (!isTooLarge && exception.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return false;
        }
    }

    /// <param name="isTooLarge">Its body stays here.</param>
    private HttpRequestMessage RequestOf(HttpRequest report, bool isTooLarge)
    {
        // The name is the Service's, because the certificate is; the connection goes to the leader.
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://{options.ServiceHost}{AgentPaths.ReportPath}"))
        {
            Content = isTooLarge ? new ByteArrayContent([]) : new StreamContent(report.Body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (isTooLarge)
            request.Headers.Add(TooLargeHeader, "1");
        else
            request.Content.Headers.ContentLength = report.ContentLength;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", report.ContentType);
        request.Headers.TryAddWithoutValidation("Authorization", report.Headers.Authorization.ToString());
        request.Headers.Add(ForwardedHeader, "1");
        return request;
    }

    private HttpClient ClientFor(IPEndPoint address)
    {
        var bundle = trust.Bundle;
        lock (_gate)
        {
            if (_route is null || !_route.Address.Equals(address) || _route.Bundle != bundle)
            {
                // The one before ends by itself when its requests have: disposing it would cut them off.
                _route = new Route(address, bundle, NewClient(address, bundle));
            }
            return _route.Client;
        }
    }

    private static HttpClient NewClient(IPEndPoint address, string? bundle) =>
        new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectTimeout = Limit,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustOf(bundle) },
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(address, ct);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { Timeout = Timeout.InfiniteTimeSpan };

    private static X509ChainPolicy? TrustOf(string? bundle)
    {
        if (bundle is null)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(bundle);
        return policy;
    }

    private static async Task RefuseAsync(HttpContext context, string message)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        LeadElsewhere(context);
        context.Response.Headers.RetryAfter = ((int)RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await context.Response.WriteAsync(message, context.RequestAborted);
    }

    /// <summary>A connection stays with its replica; a new one may come to the leader, where pods of the operator cannot reach each other.</summary>
    private static void LeadElsewhere(HttpContext context)
    {
        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.Connection = "close";
    }

    private sealed record Route(IPEndPoint Address, string? Bundle, HttpClient Client);
}
