using System.Globalization;

namespace Wandb.Agent.Reporting;

/// <summary>Numbers as people read them.</summary>
internal static class Units
{
    /// <summary><c>1 row</c>, <c>1,000,000 rows</c>.</summary>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>Powers of 1000: <c>512 B</c>, <c>23.4 kB</c>, <c>451 MB</c>.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        for (; bytes >= 999.5 && unit < units.Length - 1; unit++)
            bytes /= 1000;
        return $"{bytes.ToString(unit == 0 || bytes >= 99.95 ? "0" : "0.0", CultureInfo.InvariantCulture)} {units[unit]}";
    }

    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>3:05 min</c>, <c>2:07 h</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 99.5 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00} h"),
    };

    /// <summary>As <see cref="Time"/>, for times that are only known to the second: <c>0 s</c>.</summary>
    public static string WholeSeconds(int seconds) => seconds < 60 ? $"{seconds} s" : Time(TimeSpan.FromSeconds(seconds));
}
