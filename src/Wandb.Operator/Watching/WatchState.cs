using System.Collections.Immutable;
using System.Diagnostics;

namespace Wandb.Operator.Watching;

/// <summary>Where a watch stands, between two events.</summary>
internal sealed record WatchState
{
    /// <summary>A watch that lasted so long was sound: earlier failures do not lengthen the wait after it.</summary>
    public static readonly TimeSpan SoundAfter = TimeSpan.FromSeconds(10);

    // A server that ends watches at once must not be asked without a pause; client-go has the same rule.
    private static readonly TimeSpan TooShort = TimeSpan.FromSeconds(1);

    // A version or continue token that is refused for good looks like a server in trouble: after so many failures the list begins anew.
    private const int ListAgainAfterFailures = 3;

    public static WatchState Start { get; } = new();

    /// <summary>Watch from here; null: list first.</summary>
    public string? ResourceVersion { get; private init; }

    /// <summary>Of the list under way: where its next page begins; null: at the first one.</summary>
    public string? Continue { get; private init; }

    /// <summary>Of the list under way: what its pages had.</summary>
    public ImmutableHashSet<NamespacedName> Listed { get; private init; } = [];

    /// <summary>In a row; 0: go on at once.</summary>
    public int Failures { get; private init; }

    public (WatchState State, ImmutableArray<CacheChange<T>> Changes) After<T>(WatchEvent<T> happened)
        where T : class => happened switch
        {
            WatchEvent<T>.Page page => AfterPage(page),
            WatchEvent<T>.Seen seen => (At(seen.Object.ResourceVersion), [new CacheChange<T>.Put(seen.Object)]),
            WatchEvent<T>.Gone gone => (At(gone.ResourceVersion), [new CacheChange<T>.Remove(gone.Key)]),
            WatchEvent<T>.Bookmark bookmark => (At(bookmark.ResourceVersion), []),
            WatchEvent<T>.Ended ended => (ended.Lasted < TooShort ? Failed(ended.Lasted) : this with { Failures = 0 }, []),
            WatchEvent<T>.Failed failed => (Failed(failed.Lasted), []),
            WatchEvent<T>.Expired expired => (ListAgain(expired.Lasted), []),
            WatchEvent<T>.Silent silent => (ListAgain(silent.Lasted), []),
            WatchEvent<T>.Unreadable unreadable => (ListAgain(unreadable.Lasted), []),
            _ => throw new UnreachableException(),
        };

    /// <summary>Objects are told page by page; what is gone is known only with the last page.</summary>
    private (WatchState State, ImmutableArray<CacheChange<T>> Changes) AfterPage<T>(WatchEvent<T>.Page page)
        where T : class
    {
        var listed = Listed.Union(page.Objects.Select(found => found.Key));
        var puts = page.Objects.Select(CacheChange<T> (found) => new CacheChange<T>.Put(found));
        return page.Continue is null
            ? (this with { ResourceVersion = page.ResourceVersion, Continue = null, Listed = [] }, [.. puts, new CacheChange<T>.Retain(listed)])
            : (this with { Continue = page.Continue, Listed = listed }, [.. puts]);
    }

    private WatchState At(string resourceVersion) => this with { ResourceVersion = resourceVersion };

    /// <summary>Asks for the same page, or from the same version, again.</summary>
    private WatchState Failed(TimeSpan lasted)
    {
        var failures = FailuresAfter(lasted);
        return failures % ListAgainAfterFailures == 0 ? ListAgain(lasted) : this with { Failures = failures };
    }

    private WatchState ListAgain(TimeSpan lasted) => new() { Failures = FailuresAfter(lasted) };

    private int FailuresAfter(TimeSpan lasted) => lasted >= SoundAfter ? 1 : Failures + 1;
}
