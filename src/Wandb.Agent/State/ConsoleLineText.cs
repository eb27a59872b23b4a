using System.Buffers;
using System.Globalization;
using System.Text;

namespace Wandb.Agent.State;

/// <summary>The forms in which a console line is sent and stored, as SDK 0.28.2 does it.</summary>
internal static class ConsoleLineText
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff";

    /// <summary>Line of the file stream: <c>[ERROR ]time [[label] ]content</c>, UTC, without a line break.</summary>
    public static void WritePlain(IBufferWriter<byte> output, ConsoleLine line)
    {
        if (line.IsError)
        {
            output.Write("ERROR "u8);
        }

        WriteTime(output, line);
        output.Write(" "u8);
        if (!string.IsNullOrEmpty(line.Label))
        {
            output.Write("["u8);
            Encoding.UTF8.GetBytes(line.Label, output);
            output.Write("] "u8);
        }

        Encoding.UTF8.GetBytes(line.Content, output);
    }

    /// <summary>Line of the file stream for servers with STRUCTURED_CONSOLE_LOGS: a JSON object.</summary>
    public static void WriteStructured(IBufferWriter<byte> output, ConsoleLine line)
    {
        output.Write(line.IsError ? "{\"level\":\"error\",\"ts\":\""u8 : "{\"ts\":\""u8);
        WriteTime(output, line);
        output.Write("\","u8);
        if (!string.IsNullOrEmpty(line.Label))
        {
            output.Write("\"label\":"u8);
            JsonString.Write(output, line.Label);
            output.Write(","u8);
        }

        output.Write("\"content\":"u8);
        JsonString.Write(output, line.Content);
        output.Write("}"u8);
    }

    /// <summary>Line of the file output.log: the content and a line feed, also behind the last line.</summary>
    public static void WriteContent(IBufferWriter<byte> output, ConsoleLine line)
    {
        Encoding.UTF8.GetBytes(line.Content, output);
        output.Write("\n"u8);
    }

    /// <summary>Bytes that <see cref="WriteContent"/> writes.</summary>
    public static int ContentBytes(ConsoleLine line) => Encoding.UTF8.GetByteCount(line.Content) + 1;

    private static void WriteTime(IBufferWriter<byte> output, ConsoleLine line)
    {
        var span = output.GetSpan(32);
        line.Time.UtcDateTime.TryFormat(span, out var written, TimeFormat, CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
