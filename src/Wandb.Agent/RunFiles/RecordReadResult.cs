namespace Wandb.Agent.RunFiles;

/// <summary>What <see cref="RecordReader.Read"/> found.</summary>
internal enum RecordReadKind
{
    /// <summary>A whole record.</summary>
    Record,

    /// <summary>The bytes end here; more of the file is needed, or there is no more.</summary>
    NeedMoreData,

    /// <summary>Bytes that belong to no record were passed over.</summary>
    Corrupt,
}

/// <summary>Why bytes were passed over.</summary>
internal enum DamageReason
{
    Checksum,
    ChunkTooLong,
    UnknownChunkType,
    ZeroedArea,
    RecordWithoutEnd,
    RecordWithoutStart,
    RecordTooLarge,
    CutOff,
    NotProtobuf,

    /// <summary>Nothing is wrong with the bytes, and yet numbers are missing between two records.</summary>
    Missing,

    /// <summary>The record is whole, but what it holds cannot be used: it is set aside.</summary>
    Unusable,
}

/// <summary>Bytes <c>[From, To)</c> of the file that hold no readable record.</summary>
internal readonly record struct Damage(long From, long To, DamageReason Reason)
{
    public long Bytes => To - From;

    /// <summary>The number of the block, from 0.</summary>
    public long Block => From / RunFileFormat.BlockBytes;

    public static string Describe(DamageReason reason) => reason switch
    {
        DamageReason.Checksum => "checksum",
        DamageReason.ChunkTooLong => "chunk longer than its block",
        DamageReason.UnknownChunkType => "unknown chunk type",
        DamageReason.ZeroedArea => "area of zeros",
        DamageReason.RecordWithoutEnd => "record without an end",
        DamageReason.RecordWithoutStart => "record without a start",
        DamageReason.RecordTooLarge => "record over the limit of 24 MiB, of an artifact 64 MiB",
        DamageReason.CutOff => "file ends inside a record",
        DamageReason.NotProtobuf => "not a protobuf record",
        DamageReason.Missing => "never written",
        DamageReason.Unusable => "set aside for its content",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>One step of reading. A ref struct, because <see cref="Payload"/> points into the reader's window.</summary>
internal readonly ref struct RecordReadResult
{
    private RecordReadResult(RecordReadKind kind, ReadOnlySpan<byte> payload, Damage damage)
    {
        Kind = kind;
        Payload = payload;
        Damage = damage;
    }

    public RecordReadKind Kind { get; }

    /// <summary>The serialized record; valid until the next call. Empty unless <see cref="Kind"/> is Record.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>What was passed over, when <see cref="Kind"/> is Corrupt.</summary>
    public Damage Damage { get; }

    public static RecordReadResult Record(ReadOnlySpan<byte> payload) => new(RecordReadKind.Record, payload, default);

    public static RecordReadResult NeedMoreData => new(RecordReadKind.NeedMoreData, default, default);

    public static RecordReadResult Corrupt(Damage damage) => new(RecordReadKind.Corrupt, default, damage);
}
