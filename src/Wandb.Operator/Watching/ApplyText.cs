using System.Buffers;
using System.Globalization;
using System.Text;

namespace Wandb.Operator.Watching;

/// <summary>
/// JSON as the API server reads it in a server-side apply: as YAML, whose reader knows no halves of UTF-16 pairs (gopkg.in/yaml.v2, scannerc.go). One emoji
/// in the name of a run, written as JSON writers like to (<c>\ud83d\ude42</c>), would cost the whole object.
/// </summary>
internal static class ApplyText
{
    // \uXXXX
    private const int EscapeLength = 6;

    /// <param name="json">UTF-8.</param>
    /// <returns>The same values: pairs as the letters that they are, halves of pairs as U+FFFD.</returns>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json)
    {
        var rest = json.Span;
        if (rest.IndexOf("\\ud"u8) < 0 && rest.IndexOf("\\uD"u8) < 0)
            return json;
        var text = new ArrayBufferWriter<byte>(json.Length);
        while (rest.IndexOf((byte)'\\') is >= 0 and var at)
        {
            text.Write(rest[..at]);
            rest = rest[at..];
            if (Escaped(rest) is { } first && char.IsSurrogate(first))
            {
                var isPair = char.IsHighSurrogate(first) && Escaped(rest[EscapeLength..]) is { } next && char.IsLowSurrogate(next);
                var rune = isPair ? new Rune(first, Escaped(rest[EscapeLength..])!.Value) : Rune.ReplacementChar;
                text.Advance(rune.EncodeToUtf8(text.GetSpan(4)));
                rest = rest[(isPair ? 2 * EscapeLength : EscapeLength)..];
                continue;
            }
            // With what is escaped: it may be a backslash.
            var length = Math.Min(2, rest.Length);
            text.Write(rest[..length]);
            rest = rest[length..];
        }
        text.Write(rest);
        return text.WrittenMemory;
    }

    private static char? Escaped(ReadOnlySpan<byte> text) =>
        text.Length >= EscapeLength && text.StartsWith("\\u"u8)
        && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
