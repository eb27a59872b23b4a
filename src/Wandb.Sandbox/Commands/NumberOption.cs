using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Wandb.Sandbox.Commands;

/// <summary>Options that are whole numbers of a range: what is none, or out of it, is told with value and limits.</summary>
internal static class NumberOption
{
    private const int MaxPort = 65535;

    public static Option<int> Of(string name, string description, int defaultValue, int min, int max) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{description}, {min} to {max}; default {defaultValue}"),
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(result, min, max) ?? defaultValue,
    };

    /// <summary>One whose default is not a number of its own.</summary>
    public static Option<int?> Of(string name, string description, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, min, max),
    };

    public static Option<int> Port() => Of("--port", "Port on 127.0.0.1; 0: a free one", 0, 0, MaxPort);

    /// <returns>Null when an error was added.</returns>
    private static int? Parse(ArgumentResult result, int min, int max)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        var name = result.Parent is OptionResult option ? option.Option.Name : "";
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {text}; it must be a whole number, {min} to {max}."));
        return null;
    }
}
