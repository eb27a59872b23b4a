using System.Text;

namespace Wandb.Agent.Credentials;

/// <summary>
/// Reads <c>.netrc</c>: words separated by white space over any number of lines.
/// <code>
/// file    := entry*
/// entry   := ("machine" NAME | "default") (("login" | "user" | "account" | "password") WORD)*
///          | "macdef" NAME, then lines up to an empty one
/// WORD    := text without white space, or "text with \" and \\"
/// comment := '#' at the start of a word, to the end of the line; not where a value is due
/// </code>
/// Source: GNU inetutils manual, "The .netrc file"; quoting as Python's netrc module does it, which is what the W&amp;B SDK uses.
/// </summary>
internal static class Netrc
{
    /// <summary>
    /// The password of the first entry for one of <paramref name="hosts"/>, tried in their order; else the one of <c>default</c>; null without one.
    /// </summary>
    public static string? PasswordFor(string text, IReadOnlyList<string> hosts)
    {
        var entries = Entries(text);
        foreach (var host in hosts)
        {
            foreach (var (machine, password) in entries)
            {
                if (string.Equals(machine, host, StringComparison.OrdinalIgnoreCase) && password.Length > 0)
                    return password;
            }
        }
        return entries.FirstOrDefault(entry => entry.Machine is null && entry.Password.Length > 0).Password;
    }

    /// <summary>The machines and passwords of a file; the machine of <c>default</c> is null.</summary>
    private static List<(string? Machine, string Password)> Entries(string text)
    {
        var entries = new List<(string? Machine, string Password)>();
        var reader = new WordReader(text);
        while (reader.NextKeyword() is { } keyword)
        {
            switch (keyword)
            {
                case "machine" when reader.NextValue() is { } machine:
                    entries.Add((machine, ""));
                    break;
                case "default":
                    entries.Add((null, ""));
                    break;
                case "password" when reader.NextValue() is { } password:
                    if (entries.Count > 0)
                        entries[^1] = entries[^1] with { Password = password };
                    break;
                case "login" or "user" or "account":
                    reader.NextValue();
                    break;
                case "macdef":
                    reader.SkipMacro();
                    break;
            }
        }
        return entries;
    }

    private sealed class WordReader(string text)
    {
        private int _at;

        public string? NextKeyword()
        {
            while (true)
            {
                SkipWhiteSpace();
                if (_at == text.Length)
                    return null;
                if (text[_at] != '#')
                    return Word();
                SkipLine();
            }
        }

        public string? NextValue()
        {
            SkipWhiteSpace();
            return _at == text.Length ? null : Word();
        }

        /// <summary>A macro ends at the first empty line.</summary>
        public void SkipMacro()
        {
            SkipLine();
            while (_at < text.Length)
            {
                var start = _at;
                SkipLine();
                if (text.AsSpan(start.._at).IsWhiteSpace())
                    return;
            }
        }

        private void SkipLine()
        {
            var end = text.IndexOf('\n', _at);
            _at = end < 0 ? text.Length : end + 1;
        }

        private void SkipWhiteSpace()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
        }

        private string Word()
        {
            var word = new StringBuilder();
            var quoted = text[_at] == '"';
            if (quoted)
                _at++;
            for (; _at < text.Length; _at++)
            {
                var c = text[_at];
                if (quoted ? c == '"' : char.IsWhiteSpace(c))
                    break;
                if (c == '\\' && _at + 1 < text.Length)
                    c = text[++_at];
                word.Append(c);
            }
            if (quoted && _at < text.Length)
                _at++;
            return word.ToString();
        }
    }
}
