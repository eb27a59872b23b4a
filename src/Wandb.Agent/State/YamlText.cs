using System.Buffers;
using System.Globalization;
using System.Text;

namespace Wandb.Agent.State;

/// <summary>
/// A value as YAML 1.2 block text that YAML 1.1 parsers (PyYAML) read the same way: 4 blanks per level, keys sorted by their code units, NaN as
/// .nan, every text in quotes that a parser could take for something else.
/// </summary>
internal static class YamlText
{
    private const int IndentSize = 4;

    /// <summary>A key longer than 1024 characters must be announced by "?" (YAML 1.2.2, 7.4); quotes and escapes count, so stay well below.</summary>
    private const int LongestPlainKey = 500;

    /// <summary>Plain texts that YAML 1.1 reads as booleans or null.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "y", "yes", "n", "no", "true", "false", "on", "off", "null",
    };

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./");

    /// <param name="json">A valid value in the dialect of <see cref="ValueJson"/>.</param>
    public static byte[] FromJson(ReadOnlySpan<byte> json)
    {
        var text = new StringBuilder();
        Write(text, json.Trim(" \t\r\n"u8), indent: 0, onLine: true);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Writes a node that may start where the text stands, and the end of its last line.</summary>
    /// <param name="onLine">Whether the indent of the first line is there already.</param>
    private static void Write(StringBuilder text, ReadOnlySpan<byte> json, int indent, bool onLine)
    {
        if (IsBlockOf(json, (byte)'{'))
        {
            foreach (var (key, value) in Members(json))
            {
                Indent(text, indent, ref onLine);
                WriteMember(text, key, value, indent);
            }
        }
        else if (IsBlockOf(json, (byte)'['))
        {
            var reader = new ValueReader(json);
            reader.Read();
            while (NextItem(ref reader) is { IsEmpty: false } item)
            {
                Indent(text, indent, ref onLine);
                text.Append("- ");
                Write(text, item, indent + 2, onLine: true);
            }
        }
        else
        {
            text.Append(Scalar(json)).Append('\n');
        }
    }

    private static void WriteMember(StringBuilder text, string key, byte[] value, int indent)
    {
        var scalar = Quoted(key);
        if (scalar.Length > LongestPlainKey)
        {
            text.Append("? ").Append(scalar).Append('\n').Append(' ', indent).Append(':');
        }
        else
        {
            text.Append(scalar).Append(':');
        }

        if (IsBlockOf(value, (byte)'{') || IsBlockOf(value, (byte)'['))
        {
            text.Append('\n');
            Write(text, value, indent + IndentSize, onLine: false);
        }
        else
        {
            text.Append(' ');
            Write(text, value, indent, onLine: true);
        }
    }

    private static void Indent(StringBuilder text, int indent, ref bool onLine)
    {
        if (!onLine)
        {
            text.Append(' ', indent);
        }

        onLine = false;
    }

    /// <summary>Whether the value is an object (or array) with something in it; empty ones are written as a scalar.</summary>
    private static bool IsBlockOf(ReadOnlySpan<byte> json, byte opening)
    {
        if (json[0] != opening)
        {
            return false;
        }

        var reader = new ValueReader(json);
        reader.Read();
        return reader.Read() is not (ValueToken.ObjectEnd or ValueToken.ArrayEnd);
    }

    /// <summary>Sorted; the last of equal keys wins, as in JSON: a YAML mapping may not repeat one.</summary>
    private static SortedDictionary<string, byte[]> Members(ReadOnlySpan<byte> json)
    {
        var members = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var reader = new ValueReader(json);
        reader.Read();
        while (reader.Read() == ValueToken.Name)
        {
            var key = Encoding.UTF8.GetString(JsonString.Unescape(reader.Raw));
            members[key] = reader.ReadValue().ToArray();
        }

        return members;
    }

    /// <summary>The next item of an array; empty at its end.</summary>
    private static ReadOnlySpan<byte> NextItem(ref ValueReader reader)
    {
        var item = reader.ReadValue();
        return item.SequenceEqual("]"u8) ? default : item;
    }

    private static string Scalar(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'{' => "{}",
        (byte)'[' => "[]",
        (byte)'"' => Quoted(Encoding.UTF8.GetString(JsonString.Unescape(json[1..^1]))),
        (byte)'N' => ".nan",
        (byte)'I' => ".inf",
        (byte)'-' when json[1] == (byte)'I' => "-.inf",
        _ => Number(Encoding.UTF8.GetString(json)),
    };

    /// <summary>YAML 1.1 takes 1e-06 for a text: a float needs a point, and its exponent a sign.</summary>
    private static string Number(string json)
    {
        var exponent = json.IndexOfAny(['e', 'E']);
        if (exponent < 0 || json[0] is 't' or 'f' or 'n')
        {
            return json;
        }

        var mantissa = json[..exponent];
        var power = json[(exponent + 1)..];
        return mantissa + (mantissa.Contains('.', StringComparison.Ordinal) ? "e" : ".0e") + (power[0] is '+' or '-' ? power : "+" + power);
    }

    private static string Quoted(string value)
    {
        if (value.Length > 0 && (char.IsAsciiLetter(value[0]) || value[0] == '_') && !Reserved.Contains(value) && !value.AsSpan().ContainsAnyExcept(PlainCharacters))
        {
            return value;
        }

        var quoted = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            quoted.Append(Escape(rune));
        }

        return quoted.Append('"').ToString();
    }

    private static string Escape(Rune rune) => rune.Value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",

        // Not printable in YAML 1.1 or 1.2, or taken for a line break or a byte order mark there.
        < 0x20 or (>= 0x7f and <= 0xa0) => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        0x2028 or 0x2029 or 0xfeff or 0xfffe or 0xffff => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
        _ => rune.ToString(),
    };
}
