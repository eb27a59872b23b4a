using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Wandb.Agent.State;

/// <summary>JSON strings as UTF-8 bytes. Escapes only what JSON demands, as the SDK's emitter does.</summary>
internal static class JsonString
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, (byte)'"', (byte)'\\']);

    /// <summary>Writes the text with its quotes.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        while (true)
        {
            var stop = utf8.IndexOfAny(Escaped);
            if (stop < 0)
            {
                break;
            }

            output.Write(utf8[..stop]);
            WriteEscape(output, utf8[stop]);
            utf8 = utf8[(stop + 1)..];
        }

        output.Write(utf8);
        output.Write("\""u8);
    }

    public static void Write(IBufferWriter<byte> output, string text) => Write(output, Encoding.UTF8.GetBytes(text));

    /// <summary>Undoes the escapes of a well-formed string.</summary>
    /// <param name="raw">What stands between the quotes.</param>
    /// <returns>UTF-8; the escape of a lone surrogate becomes U+FFFD, as no UTF-8 text can hold it.</returns>
    public static byte[] Unescape(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
        {
            return raw.ToArray();
        }

        var text = new ArrayBufferWriter<byte>(raw.Length);
        while (true)
        {
            var stop = raw.IndexOf((byte)'\\');
            if (stop < 0)
            {
                text.Write(raw);
                return text.WrittenSpan.ToArray();
            }

            text.Write(raw[..stop]);
            raw = raw[(stop + Unescape(raw[stop..], text))..];
        }
    }

    private static int Unescape(ReadOnlySpan<byte> raw, ArrayBufferWriter<byte> text)
    {
        if (raw[1] == (byte)'u')
        {
            return UnescapeUnicode(raw, text);
        }

        text.Write([raw[1] switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            var other => other,
        }]);
        return 2;
    }

    private static int UnescapeUnicode(ReadOnlySpan<byte> raw, ArrayBufferWriter<byte> text)
    {
        var first = CodeUnit(raw);
        var length = 6;
        if (!Rune.TryCreate(first, out var rune))
        {
            if (raw.Length >= 12 && raw[6] == (byte)'\\' && raw[7] == (byte)'u' && Rune.TryCreate(first, CodeUnit(raw[6..]), out rune))
            {
                length = 12;
            }
            else
            {
                rune = Rune.ReplacementChar;
            }
        }

        Span<byte> bytes = stackalloc byte[4];
        text.Write(bytes[..rune.EncodeToUtf8(bytes)]);
        return length;
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape[2..6], out ushort unit, out _, 'x') ? (char)unit : '\uFFFD';

    private static void WriteEscape(IBufferWriter<byte> output, byte b)
    {
        var escape = b switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => default,
        };
        output.Write(escape.IsEmpty ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{b:x4}")) : escape);
    }
}
