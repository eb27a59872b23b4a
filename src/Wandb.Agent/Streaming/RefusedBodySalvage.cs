namespace Wandb.Agent.Streaming;

/// <summary>
/// Sends in pieces what a body holds that the server refused for its content: 1 halves, until a single line is refused, which is then in doubt;
/// 2 what follows, numbered as if that line were not there; 3 when the server has taken something since, the line once more: refused again, it is set
/// aside. Where nothing is taken, nothing is decided: then it is not the lines, but the server or what stands before it. For one body.
/// </summary>
/// <param name="post">Sends a body.</param>
/// <param name="decided">Told how far the body is, before anything behind it is decided.</param>
/// <param name="setAside">Told of a line that is refused for good, with its server number.</param>
/// <param name="maxRefusals">When so many requests were refused for their content, the server wants nothing of this run.</param>
internal sealed class RefusedBodySalvage(
    Func<ReadOnlyMemory<byte>, Task<StreamOutcome>> post, Action<BodyProgress> decided, Action<StreamPiece, StreamOutcome.Rejected> setAside, int maxRefusals)
{
    // What is still to be sent, the next one on top. The numbers are those of the body.
    private readonly Stack<StreamPiece> _open = [];

    // Refused once, in the order of the body; everything before them is decided.
    private readonly Queue<StreamPiece> _doubts = [];

    // How many lines of a file were set aside: those behind them move up.
    private readonly Dictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    // The last line that the server took, with its number there.
    private StreamPiece? _lastTaken;

    /// <summary>Requests that were refused for their content.</summary>
    public int Refusals { get; private set; }

    /// <summary>Whether the server took lines.</summary>
    public bool HasTaken => _lastTaken is not null;

    /// <summary>400 bad request, 413 too large, 422 not processable: other statuses say nothing about the lines.</summary>
    public static bool IsAboutContent(int status) => status is 400 or 413 or 422;

    /// <param name="pieces">The lines of the body, in its order.</param>
    /// <param name="rejected">How the body was refused.</param>
    /// <param name="isKnown">The only piece is all of the body: it need not be sent once more.</param>
    /// <param name="tookBefore">The server has taken lines of this stream before.</param>
    /// <param name="behind">A row of the next body, with the first number there; null: none was read yet.</param>
    /// <returns>What ended it; null when each line was taken or set aside.</returns>
    public async Task<StreamOutcome?> SendAsync(
        IReadOnlyList<StreamPiece> pieces, StreamOutcome.Rejected rejected, bool isKnown, bool tookBefore, StreamPiece? behind)
    {
        PutBack(pieces);
        var known = isKnown ? rejected : null;
        while (_open.Count > 0)
        {
            while (_open.TryPop(out var piece))
            {
                if (await JudgeAsync(piece, known ?? await post(Numbered(piece, _doubts).ToBody())) is { } end)
                    return end;
                known = null;
            }
            if (_doubts.Count > 0 && await SettleLastAsync(rejected, tookBefore, behind) is { } failed)
                return failed;
        }
        return null;
    }

    private Task<StreamOutcome?> JudgeAsync(StreamPiece piece, StreamOutcome outcome) => outcome switch
    {
        StreamOutcome.Accepted => TakeAsync(piece),
        StreamOutcome.Rejected rejected when IsAboutContent(rejected.Status) => DivideAsync(piece, rejected),
        _ => Task.FromResult<StreamOutcome?>(outcome),
    };

    private async Task<StreamOutcome?> TakeAsync(StreamPiece piece)
    {
        // Its number holds only if all those before it are set aside.
        _open.Push(piece);
        var (areSetAside, failed) = await SettleAsync();
        if (areSetAside)
            Take(_open.Pop());
        return failed;
    }

    private async Task<StreamOutcome?> DivideAsync(StreamPiece piece, StreamOutcome.Rejected rejected)
    {
        if (++Refusals > maxRefusals)
            return await GiveUpAsync(piece, rejected);
        if (piece.Lines.Count > 1)
        {
            var (first, second) = piece.Halves();
            PutBack([first, second]);
            return null;
        }
        if (_doubts.Count == 0)
        {
            // A server that takes nothing at all is asked no more.
            if (!HasTaken && await AskAsync(StreamFiles.EmptyBody, rejected) is { } failed)
                return failed;
            // An agent that is killed from here on leaves lines under numbers that they may not keep: the next one must know where this began.
            decided(new BodyProgress(piece.File, Numbered(piece, []).Offset));
        }
        _doubts.Enqueue(piece);
        return null;
    }

    /// <summary>
    /// Many lines in a row are in doubt. Whether the server takes any, the last one of the body shows: it is sent under the number of the first, where
    /// another one will be written over it.
    /// </summary>
    private async Task<StreamOutcome?> GiveUpAsync(StreamPiece piece, StreamOutcome.Rejected rejected)
    {
        _open.Push(piece);
        var last = _open.Last().LastLine();
        if (MovesUp(last.File))
            last = Numbered(last with { Offset = _doubts.Concat(_open).Where(open => open.File == last.File).Min(open => open.Offset) }, []);
        if (_doubts.Count == 0 || await AskAsync(last.ToBody(), rejected) is not null)
            return rejected;
        var (_, failed) = await SettleAsync();
        return failed ?? rejected;
    }

    /// <summary>Decides about lines in doubt that are the last ones of the body.</summary>
    private async Task<StreamOutcome?> SettleLastAsync(StreamOutcome.Rejected rejected, bool tookBefore, StreamPiece? behind)
    {
        // To send a line again that the server took changes nothing, and a row of the next body will be written over.
        var probe = _lastTaken ?? (tookBefore || behind is null ? null : Numbered(behind, _doubts));
        if (probe is null && !tookBefore)
            return rejected;
        if (await AskAsync(probe?.ToBody() ?? StreamFiles.EmptyBody, rejected) is { } notTaken)
            return notTaken;
        var (_, failed) = await SettleAsync();
        return failed;
    }

    /// <summary>The server has just taken something: each line in doubt is sent once more. After one that it takes now, those that follow are open again.</summary>
    private async Task<(bool AreSetAside, StreamOutcome? Failed)> SettleAsync()
    {
        var areSetAside = true;
        while (_doubts.TryDequeue(out var line))
        {
            switch (await post(Numbered(line, []).ToBody()))
            {
                case StreamOutcome.Accepted:
                    Take(line);
                    PutBack([.. _doubts]);
                    _doubts.Clear();
                    areSetAside = false;
                    break;
                case StreamOutcome.Rejected rejected when IsAboutContent(rejected.Status):
                    setAside(Numbered(line, []), rejected);
                    _leftOut[line.File] = _leftOut.GetValueOrDefault(line.File) + 1;
                    break;
                case var other:
                    return (false, other);
            }
        }
        return (areSetAside, null);
    }

    /// <returns>Null when the server takes this.</returns>
    private async Task<StreamOutcome?> AskAsync(ReadOnlyMemory<byte> body, StreamOutcome.Rejected rejected) => await post(body) switch
    {
        StreamOutcome.Accepted => null,
        StreamOutcome.Rejected again when IsAboutContent(again.Status) => rejected,
        var other => other,
    };

    private void Take(StreamPiece piece)
    {
        var there = Numbered(piece, []);
        _lastTaken = there.LastLine();
        decided(new BodyProgress(there.File, there.Offset + there.Lines.Count));
    }

    private void PutBack(IReadOnlyList<StreamPiece> pieces)
    {
        foreach (var piece in pieces.Reverse())
            _open.Push(piece);
    }

    /// <summary>With the number that it has on the server when these lines before it, and those that were set aside, are not there.</summary>
    private StreamPiece Numbered(StreamPiece piece, IEnumerable<StreamPiece> notThere) => MovesUp(piece.File)
        ? piece with { Offset = piece.Offset - _leftOut.GetValueOrDefault(piece.File) - notThere.Count(line => line.File == piece.File) }
        : piece;

    /// <summary>Console lines keep their numbers, because the terminal decides them.</summary>
    private static bool MovesUp(string file) => file is StreamFiles.History or StreamFiles.Events;
}
