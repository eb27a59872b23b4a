using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Wandb.Operator.Logs;

/// <summary>
/// One line for each message, as the agent writes them; an exception follows in text, and is a member in JSON.
/// <code>
/// text  2026-11-28T05:21:39.123Z info    Listed pods: 3 objects
/// json  {"time":"2026-11-28T05:21:39.123Z","level":"info","event":"Listed","message":"Listed pods: 3 objects","resource":"pods","objectCount":3}
/// </code>
/// </summary>
internal sealed class LineFormatter(TimeProvider time, LineFormat format) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // The longest word, "warning".
    private const int LevelWidth = 7;

    // The template of a message is one of its properties for the library; nobody needs it in a line.
    private const string Template = "{OriginalFormat}";

    // The line goes to a pipe, never into HTML; the escaping that JSON itself demands is enough.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var now = time.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        var properties = logEntry.State as IEnumerable<KeyValuePair<string, object?>> ?? [];
        textWriter.WriteLine(format == LineFormat.Json
            ? Json(now, logEntry.LogLevel, logEntry.EventId.Name, message, properties, logEntry.Exception)
            : Text(now, logEntry.LogLevel, message, logEntry.Exception));
    }

    // What others say (names, answers of servers) must not make lines of its own.
    private static string Text(string now, LogLevel level, string message, Exception? exception)
    {
        var line = $"{now} {Word(level).PadRight(LevelWidth)} {string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries))}";
        return exception is null ? line : $"{line}\n  {exception.ToString().ReplaceLineEndings("\n  ")}";
    }

    private static string Json(
        string now, LogLevel level, string? name, string message, IEnumerable<KeyValuePair<string, object?>> properties, Exception? exception)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Writing))
        {
            json.WriteStartObject();
            json.WriteString("time", now);
            json.WriteString("level", Word(level));
            json.WriteString("event", name);
            json.WriteString("message", message);
            foreach (var (property, value) in properties.Where(property => property.Key != Template))
                Write(json, JsonNamingPolicy.CamelCase.ConvertName(property), value);
            if (exception is not null)
                json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
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
            case DateTimeOffset moment:
                json.WriteString(name, moment.UtcDateTime);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
