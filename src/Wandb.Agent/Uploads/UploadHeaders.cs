namespace Wandb.Agent.Uploads;

/// <summary>Reads the "Name:Value" texts that the server wants on a PUT.</summary>
internal static class UploadHeaders
{
    /// <summary>What is no header is left out, as is Content-Length, which the body decides.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Parse(IReadOnlyList<string> texts)
    {
        var headers = new List<KeyValuePair<string, string>>(texts.Count);
        foreach (var text in texts)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || text.AsSpan().ContainsAny('\r', '\n'))
                continue;
            var name = text[..colon].Trim();
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                headers.Add(new KeyValuePair<string, string>(name, text[(colon + 1)..].Trim()));
        }

        return headers;
    }
}
