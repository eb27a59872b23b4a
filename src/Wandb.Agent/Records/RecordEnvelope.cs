namespace Wandb.Agent.Records;

/// <summary>The kinds of records by the field number of their variant in <c>wandb_internal.Record</c>.</summary>
internal enum RecordKind
{
    /// <summary>No variant at all.</summary>
    None = 0,
    History = 2,
    Summary = 3,
    Output = 4,
    Config = 5,
    Files = 6,
    Stats = 7,
    Artifact = 8,
    TensorBoard = 9,
    Alert = 10,
    Telemetry = 11,
    Metric = 12,
    OutputRaw = 13,
    Run = 17,
    Exit = 18,
    Final = 20,
    Header = 21,
    Footer = 22,
    Preempting = 23,
    NoopLinkArtifact = 24,
    UseArtifact = 25,
    Environment = 26,
    OutputLogger = 27,
    Request = 100,

    /// <summary>A variant of a newer SDK.</summary>
    Unknown = -1,
}

/// <summary>A record opened one level: its number, its kind and the bytes of its variant.</summary>
internal readonly ref struct RecordEnvelope
{
    private const int NumField = 1;
    private const int ControlField = 16;
    private const int UuidField = 19;
    private const int InfoField = 200;

    /// <summary>1, 2, 3 … without gaps in each file; 0 when the record has none.</summary>
    public long Num { get; private init; }

    public RecordKind Kind { get; private init; }

    /// <summary>The field number of the variant, also when its kind is unknown; 0 without a variant.</summary>
    public int Field { get; private init; }

    public ReadOnlySpan<byte> Body { get; private init; }

    /// <returns>False when the bytes are no protobuf message.</returns>
    public static bool TryParse(ReadOnlySpan<byte> record, out RecordEnvelope envelope)
    {
        var reader = new ProtoReader(record);
        long num = 0;
        var field = 0;
        ReadOnlySpan<byte> body = default;
        envelope = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            var number = (int)(tag >> 3);
            if (tag == (NumField << 3 | ProtoReader.VarintType))
            {
                if (!reader.TryReadVarint(out var value))
                    return false;
                num = (long)value;
            }
            else if ((tag & 7) == ProtoReader.BytesType && number is not (ControlField or UuidField or InfoField))
            {
                if (!reader.TryReadBytes(out var bytes))
                    return false;
                // A newer SDK may add a field beside a variant that we know: the variant decides.
                if (field == 0 || KindOf(number) != RecordKind.Unknown)
                {
                    field = number;
                    body = bytes;
                }
            }
            else if (!reader.TrySkip(tag))
            {
                return false;
            }
        }
        envelope = new RecordEnvelope { Num = num, Kind = KindOf(field), Field = field, Body = body };
        return true;
    }

    /// <summary>What the first bytes of a record say about all of it.</summary>
    /// <returns>Its kind, None when they do not reach so far, and how long it is at least.</returns>
    public static (RecordKind Kind, long Bytes) Announced(ReadOnlySpan<byte> begin)
    {
        var reader = new ProtoReader(begin);
        while (reader.TryReadTag(out var tag))
        {
            var number = (int)(tag >> 3);
            if ((tag & 7) == ProtoReader.BytesType && number is not (ControlField or UuidField or InfoField))
            {
                var rest = reader;
                if (rest.TryReadVarint(out var length) && length <= int.MaxValue)
                    return (KindOf(number), begin.Length - rest.BytesLeft + (long)length);
                break;
            }
            if (!reader.TrySkip(tag))
                break;
        }
        return (RecordKind.None, 0);
    }

    /// <summary>The kind that a field number of the record's variant stands for.</summary>
    public static RecordKind KindOf(int field) => field switch
    {
        0 => RecordKind.None,
        >= 2 and <= 13 or 17 or 18 or >= 20 and <= 27 or 100 => (RecordKind)field,
        _ => RecordKind.Unknown,
    };
}
