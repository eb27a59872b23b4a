using System.Globalization;
using System.IO.Hashing;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>
/// A number that is the same for lines that mean the same: the order of keys, the spelling of numbers and whether an object came nested or as one value
/// do not matter. Used to find the server's last line among ours; a collision of 64 bits among the rows of one run is not expected.
/// </summary>
internal static class RowFingerprint
{
    /// <summary>Of a line as it stands in a stream file; null when it is no JSON of the SDK's dialect.</summary>
    public static ulong? OfLine(ReadOnlySpan<byte> json)
    {
        if (!ValueJson.IsValid(json))
            return null;
        var reader = new ValueReader(json);
        return OfValue(ref reader, 0);
    }

    private static ulong OfValue(ref ValueReader reader, ulong path)
    {
        ulong sum = 0;
        switch (reader.Read())
        {
            case ValueToken.ObjectStart:
                while (reader.Read() == ValueToken.Name)
                    sum += OfValue(ref reader, XxHash3.HashToUInt64(JsonString.Unescape(reader.Raw), (long)path));
                return sum;
            case ValueToken.ArrayStart:
                // Elements that follow carry their position in the path.
                for (ulong index = 1; ; index++)
                {
                    var before = reader;
                    if (reader.Read() == ValueToken.ArrayEnd)
                        return sum + XxHash3.HashToUInt64("[]"u8, (long)path);
                    reader = before;
                    sum += OfValue(ref reader, unchecked((path ^ index) * 0x9E3779B97F4A7C15));
                }
            case ValueToken.String:
                return XxHash3.HashToUInt64(JsonString.Unescape(reader.Raw), (long)~path);
            default:
                return XxHash3.HashToUInt64(Normalised(reader.Raw), (long)path);
        }
    }

    private static byte[] Normalised(ReadOnlySpan<byte> raw) =>
        double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? BitConverter.GetBytes(number == 0 ? 0.0 : number)
            : raw.ToArray();
}
