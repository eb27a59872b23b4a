using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>
/// Reads config.yaml as JSON. Plain scalars are read as YAML 1.1 and 1.2 both would; one that they read differently, such as 0777 or 1:30, or
/// that 1.1 takes for something JSON has not, such as a date, is {"$ambiguous": text}: a writer has to quote it if it means a string.
/// </summary>
internal static partial class ConfigYaml
{
    /// <returns>The user's keys without the {"value": …} around each; {"$invalid": …} when it is no YAML or no mapping.</returns>
    public static JsonObject UserKeys(string? text)
    {
        if (text is null)
        {
            return LooseJson.Invalid(null);
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents switch
            {
                [] => [],
                [{ RootNode: YamlScalarNode { Value: "" } }] => [],
                [{ RootNode: YamlMappingNode mapping }] => UserKeys(mapping),
                _ => LooseJson.Invalid(text),
            };
        }
        catch (YamlException)
        {
            return LooseJson.Invalid(text);
        }
    }

    private static JsonObject UserKeys(YamlMappingNode mapping) =>
        new(Members(mapping)
            .Where(member => member.Key != "_wandb")
            .Select(member => KeyValuePair.Create(member.Key, ConfigNormalForm.Unwrap(member.Value))));

    private static JsonObject Members(YamlMappingNode mapping) =>
        new(mapping.Children.Select(member => KeyValuePair.Create(Key(member.Key), Value(member.Value))));

    private static string Key(YamlNode key) =>
        Value(key) is JsonValue value && value.TryGetValue(out string? text) ? text : $"{key} (not a string)";

    private static JsonNode? Value(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Members(mapping),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Value)]),
        YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } plain => Plain(plain.Value ?? ""),
        YamlScalarNode quoted => quoted.Value,
        _ => new JsonObject { ["$invalid"] = node.ToString() },
    };

    private static JsonNode? Plain(string text)
    {
        switch (text.ToUpperInvariant())
        {
            case "" or "~" or "NULL":
                return null;
            case "TRUE":
                return true;
            case "FALSE":
                return false;
            case ".NAN":
                return new JsonObject { ["$float"] = "NaN" };
            case ".INF" or "+.INF":
                return new JsonObject { ["$float"] = "Infinity" };
            case "-.INF":
                return new JsonObject { ["$float"] = "-Infinity" };
            case "YES" or "NO" or "ON" or "OFF" or "<<" or "=":
                return new JsonObject { ["$ambiguous"] = text };
        }

        return Number().IsMatch(text) ? LooseJson.ParseOrMark(WithoutPlusOrBarePoint(text))
            : OnlySometimesAString().IsMatch(text) ? new JsonObject { ["$ambiguous"] = text }
            : text;
    }

    /// <summary>YAML allows +1, 1. and .5, which JSON does not.</summary>
    private static string WithoutPlusOrBarePoint(string number)
    {
        Match parts = NumberParts().Match(number);
        string sign = parts.Groups["sign"].Value == "-" ? "-" : "";
        string whole = parts.Groups["whole"].Value is { Length: > 0 } digits ? digits : "0";
        string fraction = parts.Groups["fraction"].Value is { Length: > 0 } decimals ? "." + decimals : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}{fraction}{parts.Groups["exponent"].Value}");
    }

    [GeneratedRegex("""\A[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\z""")]
    private static partial Regex Number();

    [GeneratedRegex("""\A(?<sign>[-+]?)(?<whole>[0-9]*)(?:\.(?<fraction>[0-9]*))?(?<exponent>(?:[eE][-+]?[0-9]+)?)\z""", RegexOptions.ExplicitCapture)]
    private static partial Regex NumberParts();

    /// <summary>Octal, hexadecimal, binary, digits with underscores, sexagesimal numbers and times, dates.</summary>
    [GeneratedRegex("""\A[-+]?(?:0[0-9_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?|[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?)\z|\A[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?\z""")]
    private static partial Regex OnlySometimesAString();
}
