namespace Wandb.Agent.Records;

/// <summary>Reads <c>google.protobuf.Timestamp</c>: <c>seconds = 1</c> (int64), <c>nanos = 2</c> (int32, 0..999,999,999).</summary>
internal static class WireTime
{
    // Years 1 to 9999, as the message allows them.
    private const long MinSeconds = -62135596800;
    private const long MaxSeconds = 253402300799;

    /// <summary>Reads the message that follows. .NET counts in 100 ns: the last two digits of the nanoseconds are dropped.</summary>
    public static bool TryRead(ref ProtoReader outer, out DateTimeOffset time)
    {
        time = DateTimeOffset.UnixEpoch;
        if (!TryReadParts(ref outer, out var seconds, out var nanos))
            return false;
        if (seconds is >= MinSeconds and <= MaxSeconds)
            time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
        return true;
    }

    public static bool TryReadParts(ref ProtoReader outer, out long seconds, out int nanos)
    {
        (seconds, nanos) = (0, 0);
        if (!outer.TryReadBytes(out var bytes))
            return false;
        var reader = new ProtoReader(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            if ((tag & 7) != ProtoReader.VarintType)
            {
                if (!reader.TrySkip(tag))
                    return false;
                continue;
            }
            if (!reader.TryReadVarint(out var value))
                return false;
            if (tag >> 3 == 1)
                seconds = (long)value;
            else if (tag >> 3 == 2)
                nanos = Math.Clamp((int)value, 0, 999_999_999);
        }
        return true;
    }
}
