using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;

namespace Wandb.Agent.Live;

/// <summary>
/// Asks the server for the key's default entity, beside the session's loop, which owns it. What fails is asked again later.
/// </summary>
internal sealed class EntityQuestion(GraphQLClient graphql, TimeSpan retryDelay, TimeProvider time)
{
    private readonly SideTask<ApiOutcome<ViewerAnswer>> _request = new();
    private long _failedAt;

    /// <summary>Why the server did not tell it when it was asked last; null: it was not asked, or it did.</summary>
    public ApiFailure? Failure { get; private set; }

    /// <summary>Takes the answer if there is one, and asks if need be.</summary>
    /// <param name="isNeeded">Whether anything depends on it.</param>
    /// <returns>The entity when it has just come.</returns>
    public async Task<string?> AskAsync(bool isNeeded, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return null;
        switch (await _request.TakeFinishedAsync())
        {
            case ApiOutcome<ViewerAnswer>.Success { Value.Entity: { Length: > 0 } entity }:
                Failure = null;
                return entity;
            case ApiOutcome<ViewerAnswer>.Success:
                Fail(new ApiFailure.Refused(RefusalKind.Other, null, "it names none"));
                break;
            case ApiOutcome<ViewerAnswer>.Failed failed:
                Fail(failed.Cause);
                break;
        }
        if (isNeeded && _request.IsIdle && (Failure is null || time.GetElapsedTime(_failedAt) >= retryDelay))
            _request.Start(() => graphql.SendAsync(Viewer.Request(), ct), ct);
        return null;
    }

    public Task AbandonAsync() => _request.AbandonAsync();

    private void Fail(ApiFailure cause) => (Failure, _failedAt) = (cause, time.GetTimestamp());
}
