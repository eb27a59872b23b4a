using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>Sends reports to the operator. Whatever happens there is a value: the work never depends on it.</summary>
internal sealed class OperatorClient : IDisposable
{
    private const int MaxAnswerBytes = 1 << 20;

    // What asks for more is no matter of a moment: the next report is due by then.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly OperatorAddress _address;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public OperatorClient(OperatorAddress address, TimeProvider time)
    {
        (_address, _time) = (address, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // The operator is inside the cluster; a proxy is the way out of it.
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = null,
        };
        if (address.Ca is { } pem)
            handler.SslOptions.CertificateChainPolicy = TrustOnly(pem);
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One try of one report. Default 5 s.</summary>
    public TimeSpan TryLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ReportOutcome> SendAsync(AgentReport report, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(TryLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address.Url)
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(report, ContractJson.Default.AgentReport))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            };
            if (_address.TokenFile is { } file)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await ReadTokenAsync(file, either.Token));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var (body, isWhole) = await BoundedBody.ReadAsync(response.Content, MaxAnswerBytes, either.Token);
            if (!response.IsSuccessStatusCode)
                return new ReportOutcome(null, Told($"HTTP {(int)response.StatusCode}")) { Again = AgainAfter(response) };
            return isWhole && JsonSerializer.Deserialize(body, ContractJson.Default.ReportAnswer) is { } answer && IsSound(answer)
                ? new ReportOutcome(answer, "")
                : new ReportOutcome(null, Told("its answer is not what this agent understands"));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new ReportOutcome(null, Told($"no answer within {TryLimit.TotalSeconds:0.#} s"));
        }
        catch (JsonException)
        {
            return new ReportOutcome(null, Told("its answer is not what this agent understands"));
        }
        catch (TokenException exception)
        {
            return new ReportOutcome(null, exception.Message);
        }
        catch (HttpRequestException exception)
        {
            return new ReportOutcome(null, Told(ConnectionFailure.From(exception)?.Words ?? "the connection failed"));
        }
        catch (IOException)
        {
            return new ReportOutcome(null, Told("the connection failed"));
        }
    }

    /// <summary>Only where a replica says that it is not the one; whoever has too much to do is not asked at once.</summary>
    private static TimeSpan? AgainAfter(HttpResponseMessage response) =>
        response is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter.Delta: { } wait } && wait <= LongestWait ? wait : null;

    public void Dispose() => _client.Dispose();

    private string Told(string reason) => $"the operator at {_address.Url.Authority} does not take reports: {reason}";

    // The reader lets null pass wherever it stands.
    private static bool IsSound(ReportAnswer answer) => answer.Ended.All(end => end is { Container: not null, Reason: not null });

    private static async Task<string> ReadTokenAsync(string file, CancellationToken ct)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(file, ct)).Trim();
            return token.Length > 0 && !token.Any(char.IsWhiteSpace) ? token : throw new TokenException($"{file} holds no token for the operator");
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            throw new TokenException($"the token for the operator, {file}, cannot be read: {ReadFailure.Describe(exception)}");
        }
    }

    private static X509ChainPolicy TrustOnly(string pem)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // A cluster's own authority publishes no lists.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy;
    }

    private sealed class TokenException(string message) : Exception(message);
}
