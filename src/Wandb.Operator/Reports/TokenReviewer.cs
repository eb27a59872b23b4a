using System.Collections.Concurrent;
using System.Diagnostics;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Reports;

/// <summary>
/// Asks the API server (TokenReview) whose a token is: once for each token, however many reports carry it, and a bounded number of tokens at once.
/// </summary>
internal sealed class TokenReviewer(KubernetesApi api, TimeProvider time) : ITokenCheck, IDisposable
{
    /// <summary>
    /// The kubelet renews tokens after 48 minutes, so that 5,000 pods cost two reviews a second. A token ends with its pod: that a pod is gone the
    /// caches know within a second, and reports of pods that they do not know are refused.
    /// </summary>
    public static readonly TimeSpan LongestYes = TimeSpan.FromHours(1);

    /// <summary>A clock may have been wrong, or the pod too new for the server that was asked.</summary>
    public static readonly TimeSpan No = TimeSpan.FromSeconds(10);

    // One for each pod that a report is kept of.
    private const int MaxYes = ReportBudget.MaxPods;

    // Apart from the others: whoever sends garbage cannot push out the answers of honest pods.
    private const int MaxNo = 1000;

    // After a change of the leader all pods come within seconds.
    private const int MaxAtOnce = 16;

    // An agent waits 5 s for its answer.
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(4);

    private readonly TokenAnswers _yes = new(MaxYes);
    private readonly TokenAnswers _no = new(MaxNo);
    private readonly ConcurrentDictionary<string, Lazy<Task<TokenOutcome>>> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(MaxAtOnce);
    private readonly CancellationTokenSource _end = new();

    public async ValueTask<TokenOutcome> CheckAsync(string token, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (TokenClaims.Read(token) is not { } claims || claims.Expires <= now)
            return new TokenOutcome.Refused();
        var hash = TokenAnswers.HashOf(token);
        if (_yes.Find(hash, now) is { } yes)
            return yes;
        if (_no.Find(hash, now) is { } no)
            return no;
        // Not cancelled with the one request that happened to be first.
        var asked = _asked.GetOrAdd(hash, _ => new Lazy<Task<TokenOutcome>>(() => AskAsync(token, hash, claims, _end.Token)));
        return await asked.Value.WaitAsync(ct);
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _turns.Dispose();
    }

    private async Task<TokenOutcome> AskAsync(string token, string hash, TokenClaims claims, CancellationToken ct)
    {
        try
        {
            using var limit = new CancellationTokenSource(AskLimit, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            await _turns.WaitAsync(stop.Token);
            try
            {
                var outcome = Outcome(await api.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews", TokenReviewAnswer.Question(token), stop.Token));
                Keep(hash, outcome, claims);
                return outcome;
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return new TokenOutcome.Unavailable("the API server does not answer in time");
        }
        finally
        {
            _asked.TryRemove(hash, out _);
        }
    }

    private static TokenOutcome Outcome(ApiOutcome outcome) => outcome switch
    {
        ApiOutcome.Done done => TokenReviewAnswer.Read(done.Body),
        ApiOutcome.Refused refused => new TokenOutcome.Unavailable(refused.Refusal.ToString()),
        ApiOutcome.Failed failed => new TokenOutcome.Unavailable(failed.Reason),
        _ => throw new UnreachableException(),
    };

    private void Keep(string hash, TokenOutcome outcome, TokenClaims claims)
    {
        var now = time.GetUtcNow();
        switch (outcome)
        {
            case TokenOutcome.Accepted or TokenOutcome.NoPod:
                _yes.Keep(hash, outcome, now + LongestYes < claims.Expires ? now + LongestYes : claims.Expires);
                break;
            case TokenOutcome.Refused:
                _no.Keep(hash, outcome, now + No);
                break;
            default:
                // To be asked again.
                break;
        }
    }
}
