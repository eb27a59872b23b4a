namespace Wandb.Agent.Credentials;

/// <summary>Reads the SDK's <c>settings</c> file, which is an INI file: <c>[default]</c>, then <c>key = value</c> or <c>key: value</c>.</summary>
internal static class SettingsFile
{
    /// <summary>The value of a key in the section <c>[default]</c>; null when it is missing or empty.</summary>
    public static string? Value(string text, string key)
    {
        var inDefault = false;
        string? found = null;
        foreach (var rawLine in text.AsSpan().EnumerateLines())
        {
            var line = rawLine.Trim();
            if (line.IsEmpty || line[0] is '#' or ';')
                continue;
            if (line[0] == '[')
            {
                inDefault = line.TrimStart('[').TrimEnd(']').Equals("default", StringComparison.OrdinalIgnoreCase);
                continue;
            }
            var separator = line.IndexOfAny('=', ':');
            if (inDefault && separator > 0 && line[..separator].TrimEnd().Equals(key, StringComparison.OrdinalIgnoreCase))
                found = line[(separator + 1)..].Trim().ToString();
        }
        return found is { Length: > 0 } ? found : null;
    }
}
