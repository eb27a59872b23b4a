namespace Wandb.Operator.Watching;

/// <summary>What happened to a list or watch.</summary>
internal abstract record WatchEvent<T>
    where T : class
{
    private WatchEvent()
    {
    }

    /// <summary>One page of a list.</summary>
    /// <param name="Objects">In the order of the server; without what is not kept.</param>
    /// <param name="ResourceVersion">Of the whole list: the same on every page.</param>
    /// <param name="Continue">Where the next page begins; null: this is the last.</param>
    public sealed record Page(IReadOnlyList<CachedObject<T>> Objects, string ResourceVersion, string? Continue) : WatchEvent<T>;

    /// <summary>An object is new or changed.</summary>
    public sealed record Seen(CachedObject<T> Object) : WatchEvent<T>;

    /// <summary>An object is gone, does not match any more, or is not to be kept.</summary>
    public sealed record Gone(NamespacedName Key, string ResourceVersion) : WatchEvent<T>;

    /// <summary>Everything up to this version was told.</summary>
    public sealed record Bookmark(string ResourceVersion) : WatchEvent<T>;

    /// <summary>The server closed the watch, as it does when its time is over.</summary>
    public sealed record Ended(TimeSpan Lasted) : WatchEvent<T>;

    /// <summary>410: the version of the watch, or the rest of the list, is forgotten.</summary>
    public sealed record Expired(TimeSpan Lasted) : WatchEvent<T>;

    /// <summary>The watch is open and says nothing, not even bookmarks.</summary>
    public sealed record Silent(TimeSpan Lasted) : WatchEvent<T>;

    /// <summary>Something came that is no event: what it would have told is not known.</summary>
    public sealed record Unreadable(string Problem, TimeSpan Lasted) : WatchEvent<T>;

    /// <summary>No answer, a refusal, or a connection that was cut.</summary>
    public sealed record Failed(string Problem, TimeSpan Lasted, TimeSpan? RetryAfter) : WatchEvent<T>;
}
