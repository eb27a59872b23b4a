using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Wandb.Agent.Sidecar;

/// <summary>Takes settings from options and, where an option is not given, from variables; gathers all that is wrong with them.</summary>
/// <param name="options">Values by option name; null: not given.</param>
/// <param name="variable">A variable's value; null when it is not set or empty.</param>
internal sealed class SettingReader(IReadOnlyDictionary<string, string?> options, Func<string, string?> variable)
{
    private readonly List<string> _problems = [];

    /// <summary>One sentence each, with the name of the setting, its value and its limit.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public void Problem(string words) => _problems.Add(words);

    /// <returns>Null when neither is given.</returns>
    public Setting? Find(string? option, string? name)
    {
        if (option is not null && options.GetValueOrDefault(option) is { } given)
            return new Setting(option, given);
        return name is not null && variable(name) is { } value ? new Setting(name, value) : null;
    }

    public string? Text(string? option, string? name) => Find(option, name)?.Value;

    public int? Whole(string? option, string? name, int min, int max)
    {
        if (Find(option, name) is not { } setting)
            return null;
        if (int.TryParse(setting.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Problem($"{setting.Name} '{setting.Value}' is not a whole number from {min} to {max}");
        return null;
    }

    /// <param name="names">What is allowed; case does not matter.</param>
    public T? OneOf<T>(string? option, string? name, IReadOnlyList<(string Word, T Value)> names)
        where T : struct
    {
        if (Find(option, name) is not { } setting)
            return null;
        foreach (var (word, value) in names)
        {
            if (string.Equals(word, setting.Value, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        Problem($"{setting.Name} '{setting.Value}' is none of {string.Join(", ", names.Select(allowed => allowed.Word))}");
        return null;
    }

    /// <summary>A whole number with s, m, h or d, from 1 s to 10 years.</summary>
    public TimeSpan? Duration(string? option, string? name)
    {
        if (Find(option, name) is not { } setting)
            return null;
        if (DurationText.TryParse(setting.Value, out var duration))
            return duration;
        Problem($"{setting.Name} '{setting.Value}' is not a whole number with s, m, h or d, such as 24h, from 1s to {DurationText.MaxDays}d");
        return null;
    }

    public Uri? Url(string? option, string? name)
    {
        if (Find(option, name) is not { } setting)
            return null;
        if (Uri.TryCreate(setting.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            return url;
        Problem($"{setting.Name} '{setting.Value}' is not a URL that starts with http:// or https://, without a user name");
        return null;
    }

    /// <summary>JSON of the contract.</summary>
    public T? Json<T>(string? option, string? name, JsonTypeInfo<T> type)
        where T : class
    {
        if (Find(option, name) is not { } setting)
            return null;
        try
        {
            if (JsonSerializer.Deserialize(setting.Value, type) is { } value)
                return value;
        }
        catch (JsonException)
        {
            // Told below, without the parser's words: they do not help whoever wrote a WandbRun.
        }
        Problem($"{setting.Name} '{Short(setting.Value)}' is not JSON of the kind that belongs there");
        return null;
    }

    /// <summary>Long values are cut: the beginning shows which one is meant.</summary>
    private static string Short(string value) => value.Length <= 80 ? value : value[..80] + "…";

    /// <param name="Name">Of the option or variable.</param>
    internal sealed record Setting(string Name, string Value);
}
