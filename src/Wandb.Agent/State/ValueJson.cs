using System.Buffers;
using System.Text.Unicode;

namespace Wandb.Agent.State;

/// <summary>
/// The dialect of <c>value_json</c>: JSON (RFC 8259) that also knows the bare words NaN, Infinity and -Infinity, as SDK 0.28.2 writes them.
/// System.Text.Json cannot read these, hence this checker and <see cref="ValueReader"/>.
/// </summary>
internal static class ValueJson
{
    /// <summary>Deepest nesting of objects and arrays that <see cref="IsValid(ReadOnlySpan{byte})"/> accepts; readers may recurse that far.</summary>
    public const int MaxDepth = 512;

    /// <summary>Bytes that end the plain part of a string: quote, backslash and the control characters, which must be escaped.</summary>
    private static readonly SearchValues<byte> StringStops = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, (byte)'"', (byte)'\\']);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>
    /// Whether the bytes are one complete value: valid UTF-8 (no encoded surrogates), strict grammar, nothing before or after but blanks.
    /// Duplicate keys and escapes of lone surrogates are grammar, so they pass.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8) => IsValid(utf8, MaxDepth);

    /// <summary>As <see cref="IsValid(ReadOnlySpan{byte})"/> with another limit for the nesting, at most 4096.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (IsPlainNumber(utf8))
        {
            return true;
        }

        Span<ulong> kinds = stackalloc ulong[(maxDepth + 63) / 64];
        return Utf8.IsValid(utf8) && new ValueChecker(utf8, kinds, maxDepth).Run();
    }

    /// <summary>Whether the bytes are one finite number and nothing else: the commonest value by far.</summary>
    public static bool IsPlainNumber(ReadOnlySpan<byte> utf8) => !utf8.IsEmpty && NumberLength(utf8) == utf8.Length;

    /// <summary>
    /// Whether a valid value is written over several lines. Blanks between tokens may be line breaks, and a line of a
    /// .jsonl file may not contain any. In a valid value every CR and LF byte is such a blank, so it may be replaced by a space.
    /// </summary>
    public static bool HasLineBreak(ReadOnlySpan<byte> utf8) => utf8.ContainsAny((byte)'\n', (byte)'\r');

    public static bool IsNull(ReadOnlySpan<byte> value) => value.SequenceEqual("null"u8);

    /// <summary>Whether a valid value without leading blanks is an object.</summary>
    public static bool IsObject(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] == (byte)'{';

    public static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    /// <summary>Length of the number that the text starts with; 0 when it does not start with one.</summary>
    public static int NumberLength(ReadOnlySpan<byte> text)
    {
        var i = 0;
        if (i < text.Length && text[i] == (byte)'-')
        {
            i++;
        }

        var digits = DigitCount(text[i..]);
        if (digits == 0 || (digits > 1 && text[i] == (byte)'0'))
        {
            return 0;
        }

        i += digits;
        if (i < text.Length && text[i] == (byte)'.')
        {
            var fraction = DigitCount(text[(i + 1)..]);
            if (fraction == 0)
            {
                return 0;
            }

            i += 1 + fraction;
        }

        return i < text.Length && (text[i] | 0x20) == 'e' ? WithExponent(text, i) : i;
    }

    /// <summary>Length of a string including both quotes; 0 when the text does not start with a well-formed string.</summary>
    public static int StringLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != (byte)'"')
        {
            return 0;
        }

        var i = 1;
        while (true)
        {
            var stop = text[i..].IndexOfAny(StringStops);
            if (stop < 0)
            {
                return 0;
            }

            i += stop;
            if (text[i] == (byte)'"')
            {
                return i + 1;
            }

            var escape = text[i] == (byte)'\\' ? EscapeLength(text[i..]) : 0;
            if (escape == 0)
            {
                return 0;
            }

            i += escape;
        }
    }

    private static int WithExponent(ReadOnlySpan<byte> text, int i)
    {
        i++;
        if (i < text.Length && text[i] is (byte)'+' or (byte)'-')
        {
            i++;
        }

        var exponent = DigitCount(text[i..]);
        return exponent == 0 ? 0 : i + exponent;
    }

    private static int DigitCount(ReadOnlySpan<byte> text)
    {
        var i = 0;
        while (i < text.Length && (uint)(text[i] - '0') <= 9)
        {
            i++;
        }

        return i;
    }

    private static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] != (byte)'u')
        {
            return "\"\\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        }

        return text.Length >= 6 && !text[2..6].ContainsAnyExcept(HexDigits) ? 6 : 0;
    }

    /// <summary>Length of the bare word that the text starts with; 0 when there is none.</summary>
    public static int WordLength(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'t' when text.StartsWith("true"u8) => 4,
        (byte)'f' when text.StartsWith("false"u8) => 5,
        (byte)'n' when text.StartsWith("null"u8) => 4,
        (byte)'N' when text.StartsWith("NaN"u8) => 3,
        (byte)'I' when text.StartsWith("Infinity"u8) => 8,
        (byte)'-' when text.StartsWith("-Infinity"u8) => 9,
        _ => 0,
    };
}
