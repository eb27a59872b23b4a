using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>A console line without its time. Plain lines and structured ones (JSON with `ts` and `content`) come to the same form.</summary>
internal static partial class ConsoleLineNormalForm
{
    private const string Error = "! ";
    private const string Output = "  ";

    /// <param name="line">Null: a line number that was never written.</param>
    /// <returns>Two characters for the stream and the text; what has no time in front starts with two question marks.</returns>
    public static string From(string? line)
    {
        if (line is null)
        {
            return "<gap>";
        }

        if (Structured(line) is { } structured)
        {
            return (structured["level"].Text() == "error" ? Error : Output) + structured["content"].Text();
        }

        Match plain = Stamped().Match(line);
        return plain.Success ? (plain.Groups["error"].Success ? Error : Output) + plain.Groups["text"].Value : "?? " + line;
    }

    private static JsonObject? Structured(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return LooseJson.Parse(line) is JsonObject members && members.ContainsKey("ts") && members["content"].Text() is not null ? members : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("""\A(?<error>ERROR )?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)? (?<text>.*)\z""", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Stamped();
}
