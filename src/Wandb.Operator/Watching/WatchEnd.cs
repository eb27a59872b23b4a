using System.Diagnostics;

namespace Wandb.Operator.Watching;

/// <summary>What ended a list or watch, for people and metrics.</summary>
/// <param name="Reason">ended, expired, silent, unreadable or failed.</param>
/// <param name="Problem">A part of a sentence.</param>
internal sealed record WatchEnd(string Reason, string Problem, TimeSpan? RetryAfter)
{
    public static WatchEnd Of<T>(WatchEvent<T> last)
        where T : class => last switch
        {
            WatchEvent<T>.Ended => new("ended", "the server ends watches at once", null),
            WatchEvent<T>.Expired => new("expired", "the server has forgotten the version (410); everything is listed again", null),
            WatchEvent<T>.Silent => new("silent", "nothing came, not even a bookmark; everything is listed again", null),
            WatchEvent<T>.Unreadable unreadable => new("unreadable", unreadable.Problem + "; everything is listed again", null),
            WatchEvent<T>.Failed failed => new("failed", failed.Problem, failed.RetryAfter),
            _ => throw new UnreachableException(),
        };
}
