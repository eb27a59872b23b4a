using System.Globalization;

namespace Wandb.Agent.Commands;

/// <summary>Durations as people write them: <c>45s</c>, <c>30m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    /// <returns>Null when the text is none.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length < 2 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 1_000_000)
            return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
