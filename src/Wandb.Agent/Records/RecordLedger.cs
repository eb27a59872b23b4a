using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Records;

/// <summary>
/// Counts what a run file holds and proves what it lost: records are numbered without gaps, so that a jump in the numbers is a loss.
/// Keeps at most <see cref="MaxLostListed"/> ranges by name; the total counts all. Not thread-safe.
/// </summary>
internal sealed class RecordLedger
{
    public const int MaxLostListed = 1000;

    // One counter for each field number that the SDK uses or is near to using; the rest go to the dictionary.
    private readonly long[] _byField = new long[128];
    private readonly Dictionary<int, long> _farFields = [];
    private readonly List<LostRecords> _lost = [];
    private Damage? _pending;
    private long _lostCount;

    // A number ahead of the sequence. It is a loss only if the next record goes on from there: one record with a number of its own is none.
    private NumberJump? _jump;

    /// <summary>The number that the next record must have.</summary>
    public long NextNum { get; private set; } = 1;

    public long Records { get; private set; }

    public long LostCount => _lostCount + (_jump is { } jump ? jump.Num - NextNum : 0);

    /// <summary>Bytes that no record could be read from, whether or not a record was lost with them.</summary>
    public long DamagedBytes { get; private set; }

    /// <summary>Whole records by kind; a kind of a newer SDK counts as <c>unknown-FIELD</c>.</summary>
    public Dictionary<string, long> Counts()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var field = 0; field < _byField.Length; field++)
        {
            if (_byField[field] > 0)
                counts.Add(NameOf(field), _byField[field]);
        }
        foreach (var (field, count) in _farFields)
            counts.Add(NameOf(field), count);
        return counts;
    }

    public IReadOnlyList<LostRecords> Lost => _jump is { } jump && _lost.Count < MaxLostListed ? [.. _lost, LossBefore(jump)] : _lost;

    /// <summary>Unreadable bytes behind the last record; null when the file ends cleanly. How many records they were cannot be known.</summary>
    public Damage? Tail => _pending;

    public void AddDamage(Damage damage)
    {
        DamagedBytes += damage.Bytes;
        // Several pieces between two records are one loss; the first reason is the cause, the rest are its consequences.
        _pending = _pending is { } pending ? pending with { To = damage.To } : damage;
    }

    /// <param name="field">The field number of the record's variant.</param>
    public void AddRecord(long num, int field)
    {
        Records++;
        if ((uint)field < (uint)_byField.Length)
            _byField[field]++;
        else
            _farFields[field] = _farFields.GetValueOrDefault(field) + 1;
        // A record without a number tells nothing about its neighbours.
        if (num > 0)
            Follow(num);
        _pending = null;
    }

    /// <summary>The record was whole and its checksum right, but its content cannot be read.</summary>
    public void AddUnreadable(long num, long fromByte, long toByte)
    {
        _lostCount++;
        if (_lost.Count < MaxLostListed)
            _lost.Add(new LostRecords(num, num, fromByte, toByte, DamageReason.Unusable));
    }

    /// <summary>Begins in the middle of a file: nothing is known of the numbers before this one.</summary>
    public static RecordLedger From(long num) => new() { NextNum = Math.Max(1, num) };

    public RecordLedgerSnapshot Snapshot() => new(NextNum, Records, _lostCount, DamagedBytes, FieldCounts(), [.. _lost], _pending, _jump);

    /// <param name="offset">Where reading goes on. Damage behind it was the tail of a file that may have grown: it is seen again, or has become records.</param>
    public static RecordLedger Restore(RecordLedgerSnapshot snapshot, long offset)
    {
        var seenAgain = snapshot.Pending is { } tail ? Math.Max(0, tail.To - Math.Max(tail.From, offset)) : 0;
        var ledger = new RecordLedger
        {
            NextNum = snapshot.NextNum,
            Records = snapshot.Records,
            _lostCount = snapshot.LostCount,
            _jump = snapshot.Jump,
            DamagedBytes = snapshot.DamagedBytes - seenAgain,
            _pending = snapshot.Pending is { } pending && pending.From < offset ? pending with { To = Math.Min(pending.To, offset) } : null,
        };
        foreach (var (field, count) in snapshot.FieldCounts)
        {
            if ((uint)field < (uint)ledger._byField.Length)
                ledger._byField[field] = count;
            else
                ledger._farFields[field] = count;
        }
        ledger._lost.AddRange(snapshot.Lost);
        return ledger;
    }

    private void Follow(long num)
    {
        if (_jump is { } jump)
        {
            if (num > jump.Num)
                Confirm(jump);
            _jump = null;
        }
        if (num > NextNum)
            _jump = new NumberJump(num, _pending);
        else
            NextNum = Math.Max(NextNum, num + 1);
    }

    private void Confirm(NumberJump jump)
    {
        _lostCount += jump.Num - NextNum;
        if (_lost.Count < MaxLostListed)
            _lost.Add(LossBefore(jump));
        NextNum = jump.Num + 1;
    }

    private LostRecords LossBefore(NumberJump jump) =>
        new(NextNum, jump.Num - 1, jump.Damage?.From ?? -1, jump.Damage?.To ?? -1, jump.Damage?.Reason ?? DamageReason.Missing);

    private Dictionary<int, long> FieldCounts()
    {
        var counts = new Dictionary<int, long>(_farFields);
        for (var field = 0; field < _byField.Length; field++)
        {
            if (_byField[field] > 0)
                counts.Add(field, _byField[field]);
        }
        return counts;
    }

    private static string NameOf(int field) => RecordEnvelope.KindOf(field) switch
    {
        RecordKind.Unknown => $"unknown-{field}",
        RecordKind.OutputRaw => "output_raw",
        RecordKind.OutputLogger => "output_logger",
        RecordKind.TensorBoard => "tbrecord",
        RecordKind.NoopLinkArtifact => "noop_link_artifact",
        RecordKind.UseArtifact => "use_artifact",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}

/// <summary>A <see cref="RecordLedger"/> at rest.</summary>
internal sealed record RecordLedgerSnapshot(
    long NextNum, long Records, long LostCount, long DamagedBytes, Dictionary<int, long> FieldCounts, List<LostRecords> Lost, Damage? Pending, NumberJump? Jump);

/// <summary>A record whose number is ahead of the sequence.</summary>
/// <param name="Damage">What was unreadable before it.</param>
internal readonly record struct NumberJump(long Num, Damage? Damage);
