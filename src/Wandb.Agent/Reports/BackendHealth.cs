using Wandb.Agent.Http;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>How the server answers, as a function of the tries so far. Times are those of the events.</summary>
/// <param name="State">As in the report.</param>
/// <param name="Since">When it came to this state; null while nothing was asked.</param>
/// <param name="Reason">In the server's or the system's words; empty while it answers.</param>
/// <param name="NextTry">Null while it answers, or when nobody has said so.</param>
/// <param name="Failures">Tries without a usable answer since the last one.</param>
internal sealed record BackendHealth(BackendState State, DateTimeOffset? Since, string Reason, DateTimeOffset? NextTry, int Failures)
{
    public static readonly BackendHealth Unknown = new(BackendState.Unknown, null, "", null, 0);

    /// <summary>There is no way to the server, or it takes nothing from us.</summary>
    public bool IsDark => State is not (BackendState.Unknown or BackendState.Reachable);

    public BackendHealth After(RequestTry attempt, DateTimeOffset now)
    {
        // Contents go to storage hosts, which say nothing about the server.
        if (attempt.Kind == RequestKind.FilePut)
            return this;
        if (attempt.IsUnderstood)
            return IsRefusal && !IsWrite(attempt.Kind) ? this : Reached(now);
        if (RefusalOf(attempt) is { } refusal)
            return Dark(refusal, attempt, now) with { Failures = 0 };
        // What may be read says nothing about what may be written: a project that does not exist yet is not found.
        if (attempt.Status is 403 or 404)
            return this;
        // One lost answer is no darkness.
        return Failures == 0 && State == BackendState.Reachable
            ? this with { Failures = 1 }
            : Dark(BackendState.Unreachable, attempt, now) with { Failures = Failures + 1 };
    }

    /// <summary>Somebody waits: what is dark is asked again then.</summary>
    public BackendHealth Waiting(TimeSpan delay, DateTimeOffset now) => IsDark ? this with { NextTry = now + delay } : this;

    /// <param name="keyProblem">Why the key cannot be used, or null; said instead of the server's words when it refuses the key.</param>
    public BackendReport ToReport(Uri baseUrl, Func<string?> keyProblem) => new()
    {
        BaseUrl = baseUrl,
        State = State,
        Since = Since,
        Reason = State is BackendState.Unauthorized && keyProblem() is { } problem ? problem : Reason,
        NextTry = NextTry,
    };

    private bool IsRefusal => State is BackendState.Forbidden or BackendState.NotFound;

    private static bool IsWrite(RequestKind kind) => kind is RequestKind.FileStream or RequestKind.GraphQLUpsert;

    private static BackendState? RefusalOf(RequestTry attempt) => attempt.Status switch
    {
        401 => BackendState.Unauthorized,
        403 when IsWrite(attempt.Kind) => BackendState.Forbidden,
        404 when IsWrite(attempt.Kind) => BackendState.NotFound,
        _ => null,
    };

    private BackendHealth Reached(DateTimeOffset now) =>
        new(BackendState.Reachable, State == BackendState.Reachable ? Since : now, "", null, 0);

    private BackendHealth Dark(BackendState state, RequestTry attempt, DateTimeOffset now) =>
        new(state, State == state ? Since : now, attempt.Words, attempt.NextTry is { } delay ? now + delay : null, Failures);
}
