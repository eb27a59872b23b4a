using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Wandb.Operator.Logs;

namespace Wandb.Operator.Tests.Logs;

public sealed class LineFormatterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero));

    [Fact]
    public void Text_is_time_level_and_message_in_one_line() =>
        Assert.Equal("2026-03-01T12:00:00.007Z warning Cannot read pods: <b> twice\n", Line(LineFormat.Text, LogLevel.Warning, "Cannot read pods: <b>\n twice", null));

    [Fact]
    public void Json_has_event_and_properties() => Assert.Equal(
        """{"time":"2026-03-01T12:00:00.007Z","level":"info","event":"Listed","message":"Listed <pods>","objectCount":3,"resource":"pods","until":"2026-03-01T12:00:00.007Z","nothing":null}""" + "\n",
        Line(LineFormat.Json, LogLevel.Information, "Listed <pods>", null));

    [Fact]
    public void Exception_is_there_in_both()
    {
        var text = Line(LineFormat.Text, LogLevel.Error, "Failed", new InvalidOperationException("deep"));
        var json = Line(LineFormat.Json, LogLevel.Critical, "Failed", new InvalidOperationException("deep"));

        Assert.Equal("2026-03-01T12:00:00.007Z error   Failed\n  System.InvalidOperationException: deep\n", text);
        Assert.Contains("\"exception\":\"System.InvalidOperationException: deep\"", json, StringComparison.Ordinal);
        Assert.Single(json.TrimEnd().Split('\n'));
    }

    private string Line(LineFormat format, LogLevel level, string message, Exception? exception)
    {
        KeyValuePair<string, object?>[] state = [new("ObjectCount", 3), new("Resource", "pods"), new("Until", _time.GetUtcNow()), new("Nothing", null), new("{OriginalFormat}", "x")];
        using var output = new StringWriter { NewLine = "\n" };
        new LineFormatter(_time, format).Write(
            new LogEntry<KeyValuePair<string, object?>[]>(level, "category", new EventId(7, "Listed"), state, exception, (_, _) => message), null, output);
        return output.ToString();
    }
}
