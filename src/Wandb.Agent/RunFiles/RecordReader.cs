namespace Wandb.Agent.RunFiles;

/// <summary>
/// Puts records together from the bytes of a run file. Holds no file: it is given windows of bytes and says when it needs more.
/// After damage it goes on at the next chunk whose checksum is right, so that a damaged chunk costs itself and at most the rest of its block.
/// Not thread-safe.
/// </summary>
/// <param name="offset">Where a record begins: 7 for a whole file, or an earlier <see cref="ResumeOffset"/>.</param>
/// <param name="maxRecordBytes">Longer records are dropped, also shorter ones of most kinds: see <see cref="RunFileFormat.MaxLineRecordBytes"/>.</param>
internal sealed class RecordReader(long offset, int maxRecordBytes = RunFileFormat.MaxRecordBytes)
{
    private readonly PartialRecord _partial = new(maxRecordBytes);
    private long _recordStart;
    private bool _inRecord;
    private long? _tailStart;

    /// <summary>Where the next chunk header is looked for.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Where the record began that was read last.</summary>
    public long RecordStart { get; private set; }

    /// <summary>
    /// Where a later reader can begin without missing a record: the start of the unfinished record, if there is one; also after that was judged
    /// at the end of the file, because a trainer that is still alive writes the rest of it there.
    /// </summary>
    public long ResumeOffset => _tailStart ?? (_inRecord ? _recordStart : Offset);

    /// <summary>There is damage at <see cref="Offset"/> that was not judged: more is needed, or the same bytes once more.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Reads on to the next record or piece of damage. Never throws on bad data.</summary>
    /// <param name="window">File bytes from <paramref name="windowStart"/>; must begin at or before <see cref="Offset"/> and should hold a whole block.</param>
    /// <param name="isEnd">Nothing will ever follow the window. Until then a short tail means "not written yet" and damage in the
    /// last, unfinished block is not judged.</param>
    /// <param name="mayJudge">Damage in a block that is there as a whole is damage. False: its bytes may still be on their way.</param>
    public RecordReadResult Read(ReadOnlySpan<byte> window, long windowStart, bool isEnd, bool mayJudge = true)
    {
        var windowEnd = windowStart + window.Length;
        IsInDoubt = false;
        while (true)
        {
            var blockEnd = RunFileFormat.BlockEnd(Offset);
            if (blockEnd - Offset < RunFileFormat.ChunkHeaderBytes && blockEnd <= windowEnd)
            {
                Offset = blockEnd;
                continue;
            }
            var rest = window[(int)Math.Min(Offset - windowStart, window.Length)..];
            if (rest.Length < RunFileFormat.ChunkHeaderBytes)
                return isEnd && (_inRecord || IsData(rest, blockEnd)) ? DropTail(rest, windowEnd) : RecordReadResult.NeedMoreData;

            var header = ChunkHeader.Parse(rest);
            var judged = isEnd || blockEnd <= windowEnd;
            if (Fault(header, rest, blockEnd, judged) is { } reason)
            {
                IsInDoubt = !isEnd && !(judged && mayJudge);
                return !IsInDoubt ? Resynchronise(rest, header, Math.Min(blockEnd, windowEnd), reason) : RecordReadResult.NeedMoreData;
            }
            if (rest.Length < RunFileFormat.ChunkHeaderBytes + header.Length)
                return RecordReadResult.NeedMoreData;

            var data = rest.Slice(RunFileFormat.ChunkHeaderBytes, header.Length);
            var next = Offset + RunFileFormat.ChunkHeaderBytes + header.Length;
            if (_inRecord != (header.Type is ChunkType.Middle or ChunkType.Last))
                return OutOfOrder(header.Type, next);
            switch (header.Type)
            {
                case ChunkType.Full:
                    RecordStart = Offset;
                    Offset = next;
                    return RecordReadResult.Record(data);
                case ChunkType.First:
                    (_inRecord, _recordStart) = (true, Offset);
                    _partial.Clear();
                    break;
            }
            var isKept = _partial.TryAdd(data);
            Offset = next;
            if (!isKept)
            {
                _partial.Clear();
                return Drop(next, DamageReason.RecordTooLarge);
            }
            if (header.Type == ChunkType.Last)
            {
                _inRecord = false;
                RecordStart = _recordStart;
                return RecordReadResult.Record(_partial.Written);
            }
        }
    }

    /// <summary>Zero padding at the end of a block is no data, even when the file ends inside it.</summary>
    private bool IsData(ReadOnlySpan<byte> rest, long blockEnd) =>
        !rest.IsEmpty && !(blockEnd - Offset < RunFileFormat.ChunkHeaderBytes && rest.IndexOfAnyExcept((byte)0) < 0);

    /// <param name="judged">Whether a chunk that is longer than what is there counts as a fault.</param>
    private DamageReason? Fault(ChunkHeader header, ReadOnlySpan<byte> rest, long blockEnd, bool judged)
    {
        if (header.IsZero)
            return _inRecord ? DamageReason.RecordWithoutEnd : DamageReason.ZeroedArea;
        if (!header.HasKnownType)
            return DamageReason.UnknownChunkType;
        var size = RunFileFormat.ChunkHeaderBytes + header.Length;
        if (Offset + size > blockEnd)
            return DamageReason.ChunkTooLong;
        if (size > rest.Length)
            return judged ? DamageReason.CutOff : null;
        return header.Matches(rest[(RunFileFormat.ChunkHeaderBytes - 1)..size]) ? null : DamageReason.Checksum;
    }

    /// <summary>
    /// Goes to the next chunk of this block whose checksum is right. The place that the header itself names is tried first:
    /// when only data were damaged, the chunk behind them is meant, whatever the data happen to contain.
    /// </summary>
    private RecordReadResult Resynchronise(ReadOnlySpan<byte> rest, ChunkHeader header, long limit, DamageReason reason)
    {
        var area = rest[..(int)Math.Min(limit - Offset, rest.Length)];
        var isTail = limit < RunFileFormat.BlockEnd(Offset);
        if (header.IsZero)
            return Drop(limit, reason, isTail);
        var named = RunFileFormat.ChunkHeaderBytes + header.Length;
        if (IsChunk(area, named))
            return Drop(Offset + named, reason);
        for (var at = 1; at <= area.Length - RunFileFormat.ChunkHeaderBytes; at++)
        {
            if (IsChunk(area, at))
                return Drop(Offset + at, reason);
        }
        return Drop(limit, reason, isTail);
    }

    private static bool IsChunk(ReadOnlySpan<byte> area, int at)
    {
        if (at > area.Length - RunFileFormat.ChunkHeaderBytes)
            return false;
        var header = ChunkHeader.Parse(area[at..]);
        var end = at + RunFileFormat.ChunkHeaderBytes + header.Length;
        return header.HasKnownType && end <= area.Length && header.Matches(area[(at + RunFileFormat.ChunkHeaderBytes - 1)..end]);
    }

    /// <summary>A start inside a record ends that record without its rest; a continuation without a start is passed over.</summary>
    private RecordReadResult OutOfOrder(ChunkType type, long next) =>
        type is ChunkType.Full or ChunkType.First
            ? Drop(Offset, DamageReason.RecordWithoutEnd)
            : Drop(next, DamageReason.RecordWithoutStart);

    private RecordReadResult DropTail(ReadOnlySpan<byte> rest, long windowEnd) =>
        Drop(windowEnd, _inRecord || rest.IndexOfAnyExcept((byte)0) >= 0 ? DamageReason.CutOff : DamageReason.ZeroedArea, isTail: true);

    /// <param name="isTail">Everything to the end of the file is dropped, and the last block is not full.</param>
    private RecordReadResult Drop(long to, DamageReason reason, bool isTail = false)
    {
        var damage = new Damage(_inRecord ? _recordStart : Offset, to, reason);
        _tailStart = isTail ? damage.From : null;
        _inRecord = false;
        Offset = to;
        return RecordReadResult.Corrupt(damage);
    }
}
