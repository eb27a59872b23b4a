using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Logs;

/// <summary>
/// Makes the line of a message, without its end.
/// <code>
/// text  2026-11-28T05:21:39.123Z info    demo/abc  Synced: 3 rows, 4 files
/// json  {"time":"2026-11-28T05:21:39.123Z","level":"info","event":"RunSynced","message":"Synced: …","entity":"team","project":"demo","runId":"abc","rows":3, …}
/// </code>
/// </summary>
internal static class LogLine
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // The longest word, "warning".
    private const int LevelWidth = 7;

    // The template of a message is one of its properties for the library; nobody needs it in a line.
    private const string Template = "{OriginalFormat}";

    // The line goes to a pipe, never into HTML; the escaping that JSON itself demands is enough.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(LogEntry entry, LogFormat format) => format == LogFormat.Json ? Json(entry) : Text(entry);

    private static string Text(LogEntry entry)
    {
        var run = Find(entry.Scope, Log.RunId) is { Length: > 0 } id ? $"{Find(entry.Scope, Log.Project)}/{id}  " : "";
        return PlainText.OneLine($"{Time(entry)} {Word(entry.Level).PadRight(LevelWidth)} {run}{entry.Message}");
    }

    private static string Json(LogEntry entry)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Writing))
        {
            json.WriteStartObject();
            json.WriteString("time", Time(entry));
            json.WriteString("level", Word(entry.Level));
            json.WriteString("event", entry.Event);
            json.WriteString("message", entry.Message);
            foreach (var (name, value) in Members(entry))
                Write(json, name, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Each name once: what is said innermost holds, at the place where the name came first.</summary>
    private static OrderedDictionary<string, object?> Members(LogEntry entry)
    {
        var members = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in entry.Scope.Concat(entry.Properties))
        {
            if (!string.Equals(name, Template, StringComparison.Ordinal))
                members[JsonNamingPolicy.CamelCase.ConvertName(name)] = value;
        }
        return members;
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string? Find(IReadOnlyList<KeyValuePair<string, object?>> scope, string name) =>
        scope.LastOrDefault(member => string.Equals(member.Key, name, StringComparison.Ordinal)).Value as string;

    private static string Time(LogEntry entry) => entry.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Word(LogLevel level) => LogSettings.Levels.First(known => known.Level == level).Word;
}
