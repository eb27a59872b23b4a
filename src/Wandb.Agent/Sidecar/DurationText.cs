using System.Globalization;

namespace Wandb.Agent.Sidecar;

/// <summary>Durations as people write them: <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    public const int MaxDays = 3650;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            return false;
        double? seconds = text[^1] switch
        {
            's' => number,
            'm' => number * 60.0,
            'h' => number * 3600.0,
            'd' => number * 86_400.0,
            _ => null,
        };
        if (seconds is not { } known || known > TimeSpan.FromDays(MaxDays).TotalSeconds)
            return false;
        duration = TimeSpan.FromSeconds(known);
        return true;
    }
}
