using System.Globalization;

namespace Wandb.Sandbox.Cluster.Kinds;

/// <summary>Durations as kubectl shows them: 2m10s, 5h3m, 8d. At most two units (k8s.io/apimachinery/pkg/util/duration).</summary>
internal static class HumanDuration
{
    public static string Of(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < 0 => "0s",
            < 120 => $"{seconds.ToString(CultureInfo.InvariantCulture)}s",
            < 600 => Pair(minutes, "m", seconds % 60, "s"),
            < 3 * 3600 => $"{minutes.ToString(CultureInfo.InvariantCulture)}m",
            < 8 * 3600 => Pair(hours, "h", minutes % 60, "m"),
            < 48 * 3600 => $"{hours.ToString(CultureInfo.InvariantCulture)}h",
            < 8 * 86400 => Pair(days, "d", hours % 24, "h"),
            _ => $"{days.ToString(CultureInfo.InvariantCulture)}d",
        };
    }

    private static string Pair(long large, string largeUnit, long small, string smallUnit) => small == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{large}{largeUnit}")
        : string.Create(CultureInfo.InvariantCulture, $"{large}{largeUnit}{small}{smallUnit}");
}
