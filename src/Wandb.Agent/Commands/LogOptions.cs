using System.CommandLine;
using Microsoft.Extensions.Logging;
using Wandb.Agent.Logs;
using Wandb.Agent.Sidecar;
using Wandb.Contract;

namespace Wandb.Agent.Commands;

/// <summary><c>--log-level</c> and <c>--log-format</c>, or their variables. Values are checked together with the other settings.</summary>
internal static class LogOptions
{
    private const string Level = "--log-level";
    private const string Format = "--log-format";

    public static IReadOnlyList<string> Names { get; } = [Level, Format];

    public static IReadOnlyList<Option<string?>> All() =>
    [
        new(Level) { HelpName = "LEVEL", Description = "Least level that is logged: debug, info, warning or error. Default info." },
        new(Format) { HelpName = "text|json", Description = "text for people, json for programs: one object a line. Default text." },
    ];

    public static LogSettings Bind(SettingReader reader) => new(
        reader.OneOf(Level, AgentEnvironment.LogLevel, LogSettings.Levels) ?? LogLevel.Information,
        reader.OneOf(Format, AgentEnvironment.LogFormat, LogSettings.Formats) ?? LogFormat.Text);
}
