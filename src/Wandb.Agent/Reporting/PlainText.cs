namespace Wandb.Agent.Reporting;

/// <summary>Text from run files and servers made fit for one line of output: a run's name must not move the cursor or fake a second line.</summary>
internal static class PlainText
{
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAny(Unprintable))
            return text;
        return string.Create(text.Length, text, (line, source) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = Unprintable.Contains(source[i]) ? (source[i] is '\n' or '\r' or '\t' ? ' ' : '\uFFFD') : source[i];
        });
    }

    // Control characters, line and paragraph separators, and the marks that turn the direction of what follows.
    private static readonly System.Buffers.SearchValues<char> Unprintable = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c),
            '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069']);
}
