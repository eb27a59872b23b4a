using Microsoft.Extensions.Logging;

namespace Wandb.Agent.Logs;

/// <summary>What is logged, and how.</summary>
/// <param name="Level">Least level that is written. Default info.</param>
/// <param name="Format">Default text.</param>
internal sealed record LogSettings(LogLevel Level = LogLevel.Information, LogFormat Format = LogFormat.Text)
{
    /// <summary>Levels by the word that stands for them on the command line, in the variable and in each line.</summary>
    public static readonly IReadOnlyList<(string Word, LogLevel Level)> Levels =
        [("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error)];

    public static readonly IReadOnlyList<(string Word, LogFormat Format)> Formats = [("text", LogFormat.Text), ("json", LogFormat.Json)];
}
