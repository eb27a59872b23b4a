namespace Wandb.Agent.Streaming;

/// <summary>What the server has of one stream file.</summary>
/// <param name="Lines">How many lines.</param>
/// <param name="Last">Fingerprint of the last one; null when it is unknown.</param>
internal readonly record struct ServerLines(long Lines, ulong? Last)
{
    /// <param name="tail">The last lines, oldest first; empty when the server shows none.</param>
    public static ServerLines Of(long lines, IReadOnlyList<string> tail) =>
        new(lines, tail.Count == 0 ? null : RowFingerprint.OfLine(System.Text.Encoding.UTF8.GetBytes(tail[^1])));
}

/// <summary>Where our lines belong among those of the server, when no checkpoint tells it.</summary>
internal abstract record ResumePoint
{
    private ResumePoint()
    {
    }

    /// <summary>Our line 0 has this number on the server; lines below <see cref="ServerLines.Lines"/> are there already.</summary>
    internal sealed record At(long Base) : ResumePoint;

    /// <summary>The server's last line is none of ours, although our run was begun there: what is missing cannot be told.</summary>
    internal sealed record Unclear : ResumePoint;
}

/// <summary>
/// Looks for the server's last line among ours. The run files of one run are gone through together, in the order of their start:
/// their lines follow each other on the server. Keeps no lines.
/// </summary>
/// <param name="mayBeRefused">So many of ours the server may have refused: its last line may stand so far from its number among ours.</param>
internal sealed class ResumeSearch(ServerLines server, int mayBeRefused = 0)
{
    private bool _matchesAtCount;

    /// <summary>What the server has.</summary>
    public ServerLines Server => server;

    /// <summary>Our lines so far.</summary>
    public long Count { get; private set; }

    /// <summary>The last of our lines, from 0, that means the same as the server's last one; looked for among as many as the server has.</summary>
    public long? LastMatch { get; private set; }

    /// <summary>Whether the server's last line is ours that has the same number, from 0; also when the server has none.</summary>
    public bool IsFound => server.Lines == 0 || _matchesAtCount;

    /// <summary>Takes our next line; a line that cannot be read stands for itself and matches nothing.</summary>
    public void Add(ulong? fingerprint)
    {
        Count++;
        if (fingerprint is null || fingerprint != server.Last || Count > server.Lines + mayBeRefused)
            return;
        LastMatch = Count - 1;
        _matchesAtCount |= Count >= server.Lines - mayBeRefused;
    }

    /// <param name="begun">Whether the server knows the writer of one of our run files: then some of our lines may be there.</param>
    public ResumePoint Decide(bool begun)
    {
        // The usual cases first: the server has nothing, or exactly our first lines.
        if (IsFound)
            return new ResumePoint.At(0);
        if (LastMatch is { } index)
            return new ResumePoint.At(server.Lines - (index + 1));
        // A stream of which we have no line has nothing to be unclear about.
        return begun && Count > 0 ? new ResumePoint.Unclear() : new ResumePoint.At(server.Lines);
    }
}
