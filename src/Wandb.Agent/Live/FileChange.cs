namespace Wandb.Agent.Live;

/// <summary>What became of a file of a watched run.</summary>
internal abstract record FileChange
{
    private FileChange(WatchedFile file) => File = file;

    public WatchedFile File { get; }

    /// <summary>It stands somewhere else now.</summary>
    internal sealed record Moved(WatchedFile Was, string To) : FileChange(Was);

    /// <summary>It is gone, and stayed so for longer than it is on its way to another place.</summary>
    internal sealed record Removed(WatchedFile Was) : FileChange(Was);

    /// <summary>Another run stands in its place, or nothing that is a run yet.</summary>
    internal sealed record Replaced(WatchedFile Was) : FileChange(Was);
}
