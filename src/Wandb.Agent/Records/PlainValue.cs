namespace Wandb.Agent.Records;

/// <summary>
/// The values that fill a run file: numbers, true, false, null, and the NaN and Infinity of the SDK's JSON dialect.
/// They hold nothing that must be escaped, so a history line can take them as they are.
/// </summary>
internal static class PlainValue
{
    /// <summary>Whether the text is one such value, by the JSON grammar (RFC 8259 section 6) and the SDK's three words.</summary>
    public static bool Is(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return false;
        var at = value[0] == '-' ? 1 : 0;
        if (at == value.Length)
            return false;
        if (!IsDigit(value[at]))
            return IsWord(value);
        var afterWhole = value[at] == '0' ? at + 1 : SkipDigits(value, at);
        at = afterWhole;
        if (at < value.Length && value[at] == '.')
        {
            var end = SkipDigits(value, at + 1);
            if (end == at + 1)
                return false;
            at = end;
        }
        if (at < value.Length && (value[at] | 0x20) == 'e')
        {
            at++;
            if (at < value.Length && value[at] is (byte)'+' or (byte)'-')
                at++;
            var end = SkipDigits(value, at);
            if (end == at)
                return false;
            at = end;
        }
        return at == value.Length;
    }

    private static bool IsWord(ReadOnlySpan<byte> value) => value[0] switch
    {
        (byte)'t' => value.SequenceEqual("true"u8),
        (byte)'f' => value.SequenceEqual("false"u8),
        (byte)'n' => value.SequenceEqual("null"u8),
        (byte)'N' => value.SequenceEqual("NaN"u8),
        (byte)'I' => value.SequenceEqual("Infinity"u8),
        (byte)'-' => value.SequenceEqual("-Infinity"u8),
        _ => false,
    };

    private static int SkipDigits(ReadOnlySpan<byte> value, int at)
    {
        while (at < value.Length && IsDigit(value[at]))
            at++;
        return at;
    }

    private static bool IsDigit(byte value) => (uint)(value - '0') <= 9;
}
