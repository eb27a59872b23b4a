using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Wandb.Agent.Credentials;

namespace Wandb.Agent.Commands;

/// <summary>Options that check their value; every message names the value and the limit.</summary>
internal static class CommandOptions
{
    public const string ServerUrlName = "--base-url";

    public static Argument<string[]> Paths() =>
        new("PATH")
        {
            Description = "Run directories (offline-run-*, dryrun-*, run-*), .wandb files, or directories that hold offline runs. "
                + "Default: ./wandb, ./.wandb or the working directory.",
            Arity = ArgumentArity.ZeroOrMore,
        };

    /// <param name="problem">What is wrong with a value, put behind the option's name; null when it is right.</param>
    public static Option<string?> Text(string name, string valueName, string description, Func<string, string?> problem) =>
        new(name)
        {
            Description = description,
            HelpName = valueName,
            CustomParser = result => Checked(result, name, problem),
        };

    public static Option<string?> Project(string description) => Text("--project", "NAME", description, RunNames.Project);

    public static Option<string?> Entity(string description) => Text("--entity", "NAME", description, RunNames.Entity);

    public static Option<string?> RunId(string description) => Text("--id", "ID", description, RunNames.RunId);

    public static Option<int?> Number(string name, string valueName, string description, int min, int max) =>
        new(name)
        {
            Description = description,
            HelpName = valueName,
            CustomParser = result =>
            {
                var text = Value(result);
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
                    return number;
                result.AddError($"{name} '{text}' is not a whole number from {min} to {max}");
                return null;
            },
        };

    /// <param name="min">Shortest that makes sense.</param>
    public static Option<TimeSpan?> Duration(string name, string description, TimeSpan min) =>
        new(name)
        {
            Description = description,
            HelpName = "DURATION",
            CustomParser = result =>
            {
                var text = Value(result);
                if (DurationText.Parse(text) is { } duration && duration >= min)
                    return duration;
                result.AddError($"{name} '{text}' is not a number with s, m, h or d behind it{(min > TimeSpan.Zero ? $", at least {min.TotalSeconds:0}s" : "")}");
                return null;
            },
        };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary><c>--output text|json</c>; see <see cref="IsJson"/>.</summary>
    public static Option<string?> Output() =>
        Text(
            "--output",
            "text|json",
            "text for people, json for programs: one object per run on standard output and nothing else there. Default text.",
            text => text is "text" or "json" ? null : $"'{text}' is neither text nor json");

    public static bool IsJson(string? output) => output == "json";

    public static Option<string?> ServerUrl() =>
        Text(
            ServerUrlName,
            "URL",
            $"The W&B server. Otherwise WANDB_BASE_URL, then base_url in ~/.config/wandb/settings, then {BaseUrl.Default}.",
            text => BaseUrl.Problem(text, out _));

    public static Option<string?> ApiKeyFile() =>
        Text(
            "--api-key-file",
            "FILE",
            "File that holds the API key. Otherwise WANDB_API_KEY, then ~/.netrc (or the file that NETRC names).",
            RunNames.NotEmpty);

    /// <summary>The same for a command that checks the value itself, together with its other settings.</summary>
    public static Option<string?> Unchecked(Option<string?> option) => new(option.Name) { Description = option.Description, HelpName = option.HelpName };

    /// <summary>Tags to replace, by the old tag.</summary>
    public static Option<IReadOnlyDictionary<string, string>?> TagReplacements(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "OLD=NEW,…",
            CustomParser = result =>
            {
                if (RunNames.TagReplacementProblem(Value(result), out var replacements) is { } problem)
                    result.AddError($"{name} {problem}");
                return replacements;
            },
        };

    private static string? Checked(ArgumentResult result, string name, Func<string, string?> problem)
    {
        if (problem(Value(result)) is { } wrong)
            result.AddError($"{name} {wrong}");
        return Value(result);
    }

    private static string Value(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
}
