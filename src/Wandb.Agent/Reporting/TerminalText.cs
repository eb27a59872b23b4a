using System.Globalization;
using System.Text;

namespace Wandb.Agent.Reporting;

/// <summary>Text measured in terminal columns: East Asian characters and emoji take two, combining marks none.</summary>
internal static class TerminalText
{
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Width(rune);
        return width;
    }

    /// <summary>Cuts the end of a text that is too long and marks the cut; never longer than <paramref name="columns"/>.</summary>
    public static string Fit(string text, int columns) =>
        Width(text) <= columns ? text
        : columns <= 0 ? ""
        : Take(text.EnumerateRunes(), columns - 1) + "…";

    /// <summary>Cuts the middle out: paths and run names differ at their ends.</summary>
    public static string FitMiddle(string text, int columns)
    {
        if (Width(text) <= columns || columns < 3)
            return Fit(text, columns);
        var head = Take(text.EnumerateRunes(), (columns - 1) / 2);
        var tail = Take(text.EnumerateRunes().Reverse(), columns - 1 - Width(head));
        return $"{head}…{string.Concat(tail.EnumerateRunes().Reverse())}";
    }

    /// <summary>Lines of at most <paramref name="columns"/>, broken at blanks; a word that is longer has a line of its own.</summary>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Width(line) + 1 + Width(word) > columns)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length > 0 ? $"{line} {word}" : word;
            }
        }
        yield return line;
    }

    private static string Take(IEnumerable<Rune> runes, int columns)
    {
        var taken = new StringBuilder();
        foreach (var rune in runes)
        {
            columns -= Width(rune);
            if (columns < 0)
                break;
            taken.Append(rune);
        }
        return taken.ToString();
    }

    public static string PadRight(string text, int columns) => text + new string(' ', Math.Max(0, columns - Width(text)));

    public static string PadLeft(string text, int columns) => new string(' ', Math.Max(0, columns - Width(text))) + text;

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // The wide and full-width blocks of Unicode's EastAsianWidth.txt, and the emoji blocks, as blocks.
    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
