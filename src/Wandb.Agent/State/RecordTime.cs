using System.Globalization;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>Times as the records hold them: seconds since 1970 and nanoseconds (google.protobuf.Timestamp).</summary>
internal static class RecordTime
{
    private const long FirstSecond = -62_135_596_800; // 0001-01-01, the first that both .NET and protobuf know
    private const long LastSecond = 253_402_300_799; // 9999-12-31T23:59:59
    private const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The time in UTC, cut to the 100 ns that .NET knows; null when it is missing or not within years 1 to 9999.</summary>
    public static DateTimeOffset? ToTime(Timestamp? timestamp) =>
        IsInRange(timestamp)
            ? DateTimeOffset.FromUnixTimeSeconds(timestamp!.Seconds).AddTicks(timestamp.Nanos / 100)
            : null;

    /// <summary>RFC 3339 with 0, 3, 6 or 9 decimals, whichever is the least that is exact: protobuf's JSON form. Null as in <see cref="ToTime"/>.</summary>
    public static string? ToRfc3339(Timestamp? timestamp)
    {
        if (!IsInRange(timestamp))
        {
            return null;
        }

        var second = DateTimeOffset.FromUnixTimeSeconds(timestamp!.Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var nanos = timestamp.Nanos;
        var fraction = nanos switch
        {
            0 => "",
            _ when nanos % 1_000_000 == 0 => string.Create(CultureInfo.InvariantCulture, $".{nanos / 1_000_000:D3}"),
            _ when nanos % 1_000 == 0 => string.Create(CultureInfo.InvariantCulture, $".{nanos / 1_000:D6}"),
            _ => string.Create(CultureInfo.InvariantCulture, $".{nanos:D9}"),
        };
        return second + fraction + "Z";
    }

    private static bool IsInRange(Timestamp? timestamp) =>
        timestamp is { Seconds: >= FirstSecond and <= LastSecond, Nanos: >= 0 and < NanosecondsPerSecond };
}
