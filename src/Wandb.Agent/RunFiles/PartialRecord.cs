using Wandb.Agent.Records;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// A record under construction, chunk by chunk. Its first bytes tell how long it will be: one array takes all of it, and one that can never be sent is
/// given up before any is kept. Not thread-safe.
/// </summary>
/// <param name="maxBytes">Longest record of any kind.</param>
internal sealed class PartialRecord(int maxBytes)
{
    /// <summary>A longer array is given back when the next record begins.</summary>
    private const int KeptBytes = 1024 * 1024;

    /// <summary>For fields behind the one that tells the length.</summary>
    private const int Slack = 1024;

    private byte[] _bytes = [];
    private int _length;
    // Of the record that is being put together.
    private int _limit;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = 0;
        _limit = maxBytes;
        if (_bytes.Length > KeptBytes)
            _bytes = [];
    }

    /// <returns>False when the record is over its limit.</returns>
    public bool TryAdd(ReadOnlySpan<byte> chunk)
    {
        var length = _length + chunk.Length;
        if (length > _bytes.Length)
            Grow(length, _length > 0 ? Written : chunk);
        if (length > _limit)
            return false;
        chunk.CopyTo(_bytes.AsSpan(_length));
        _length = length;
        return true;
    }

    private void Grow(int needed, ReadOnlySpan<byte> begin)
    {
        var (kind, announced) = RecordEnvelope.Announced(begin);
        if (kind is not (RecordKind.None or RecordKind.Artifact))
            _limit = Math.Min(maxBytes, RunFileFormat.MaxLineRecordBytes);
        if (Math.Max(needed, announced) > _limit)
        {
            _limit = 0;
            return;
        }
        // A length that was told is all that is needed.
        var bytes = announced >= needed ? announced + Slack : Math.Max(needed, Math.Min(_limit, _bytes.Length * 2L));
        var grown = GC.AllocateUninitializedArray<byte>((int)bytes);
        Written.CopyTo(grown);
        _bytes = grown;
    }
}
