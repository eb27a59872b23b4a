using System.Collections.Concurrent;
using System.Diagnostics;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Statuses;

/// <summary>
/// Writes an object's status when it has changed and the budget allows it, and remembers what it wrote until the cache has it. Safe for
/// concurrent use, as long as one object is written by one caller at a time.
/// </summary>
internal sealed class StatusWriter<T, TStatus>(StatusKind<T, TStatus> kind, StatusApi api, WriteBudget budget, TimeProvider time)
    where T : class
    where TStatus : class
{
    private readonly ConcurrentDictionary<NamespacedName, Written> _written = [];
    private readonly long _begin = time.GetTimestamp();

    /// <summary>The status to go on from: as it was written last, also while the cache is behind; null: never.</summary>
    public TStatus? Previous(NamespacedName name, CachedObject<T> cached) =>
        _written.TryGetValue(name, out var written) && written.Uid == kind.Metadata(cached.Value).Uid && !ResourceVersions.HasReached(cached.ResourceVersion, written.ResourceVersion)
            ? written.Status
            : kind.Status(cached.Value);

    /// <summary>Takes note of a change of the cache, and forgets an object of which another one has taken the name.</summary>
    /// <returns>Whether it is news: what was written here comes back, and changes nothing. Another spec is tried at once, whatever failed before.</returns>
    public bool IsNews(NamespacedName name, T? before, T? after)
    {
        var (earlier, metadata) = (before is null ? null : kind.Metadata(before), after is null ? null : kind.Metadata(after));
        if (earlier is not null && earlier.Uid != metadata?.Uid)
            Forget(name, earlier.Uid);
        // After a watch that broke, the list brings both at once: another spec, and what was written here for the one before.
        var isOtherSpec = earlier?.Generation != metadata?.Generation;
        if (isOtherSpec && metadata?.Uid is { } uid)
            budget.Pardon(uid);
        return metadata is null || isOtherSpec || !(_written.TryGetValue(name, out var written) && written.ResourceVersion == metadata.ResourceVersion);
    }

    /// <param name="previous">Of <see cref="Previous"/>.</param>
    /// <exception cref="ApiException">It is to be tried again.</exception>
    public async ValueTask<ReconcileResult> WriteAsync(T owner, TStatus? previous, TStatus status, CancellationToken ct)
    {
        var metadata = kind.Metadata(owner);
        var name = new NamespacedName(metadata.Namespace, metadata.Name);
        var uid = metadata.Uid ?? "";
        var change = kind.Change(previous, status);
        if (budget.Ask(uid, change, Now) is var wait && wait > TimeSpan.Zero)
            return new ReconcileResult.Postponed(wait);
        if (change == StatusChange.None)
            return ReconcileResult.Finished;
        budget.Written(uid, Now);
        switch (await api.ApplyAsync(kind.Kind, kind.Plural, metadata, status, kind.Type, ct))
        {
            case StatusOutcome.Written done:
                budget.Pardon(uid);
                _written[name] = new Written(uid, done.ResourceVersion, status);
                return ReconcileResult.Finished;
            case StatusOutcome.Gone:
                Forget(name, uid);
                return ReconcileResult.Finished;
            case StatusOutcome.Refused refused:
                // Agents that report bring the object here again and again.
                budget.Failed(uid, Now, Random.Shared.NextDouble(), null);
                return new ReconcileResult.Terminal(refused.Reason);
            case StatusOutcome.Failed failed:
                var asked = (failed.Outcome as ApiOutcome.Refused)?.Refusal.RetryAfter;
                throw new ApiException(
                    $"cannot write the status of {kind.Kind} {metadata.Name} in namespace {metadata.Namespace}", failed.Outcome,
                    budget.Failed(uid, Now, Random.Shared.NextDouble(), asked));
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The object is gone.</summary>
    /// <param name="uid">Null: not known; what was written under its name tells.</param>
    public void Forget(NamespacedName name, string? uid)
    {
        if (_written.TryRemove(name, out var written))
            budget.Forget(written.Uid);
        if (uid is not null)
            budget.Forget(uid);
    }

    private TimeSpan Now => time.GetElapsedTime(_begin);

    private sealed record Written(string Uid, string ResourceVersion, TStatus Status);
}
