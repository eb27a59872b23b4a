using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Schema;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Cel;

/// <summary>The functions that are known; any other one is a mistake of the expression, not a value.</summary>
internal static class CelFunctions
{
    private static readonly Dictionary<(string Name, bool IsMember, int Arguments), Func<IReadOnlyList<CelValue>, CelValue>> Known = new()
    {
        [("size", false, 1)] = arguments => Size(arguments[0].Node),
        [("size", true, 0)] = arguments => Size(arguments[0].Node),
        [("startsWith", true, 1)] = Texts((text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        [("endsWith", true, 1)] = Texts((text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        [("contains", true, 1)] = Texts((text, part) => text.Contains(part, StringComparison.Ordinal)),
        [("matches", true, 1)] = Texts(Re2Pattern.IsMatch),
        [("trim", true, 0)] = Text(text => CelValue.Of(text.Trim())),
        [("lowerAscii", true, 0)] = Text(text => CelValue.Of(Lower(text))),
        [("double", false, 1)] = Text(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? CelValue.Of(number) : CelValue.Error($"type conversion error from 'string' to 'double': {text}")),
        [("isURL", false, 1)] = Text(text => CelValue.Of(CelUrl.Parse(text) is not null)),
        [("url", false, 1)] = Text(text => CelUrl.Parse(text) is { } url ? CelValue.Of(url) : CelValue.Error($"URL parse error during conversion from string: {text}")),
        [("getScheme", true, 0)] = Url(url => url.Scheme),
        [("getHostname", true, 0)] = Url(url => url.Hostname),
    };

    /// <param name="isMember">It stands behind a value and a dot.</param>
    /// <param name="arguments">Between the parentheses.</param>
    /// <returns>Null: there is none.</returns>
    public static Func<IReadOnlyList<CelValue>, CelValue>? Find(string name, bool isMember, int arguments) => Known.GetValueOrDefault((name, isMember, arguments));

    private static CelValue Size(JsonNode? node) => node switch
    {
        JsonArray list => CelValue.Of(list.Count),
        JsonObject map => CelValue.Of(map.Count),
        _ => node.Text() is { } text ? CelValue.Of(text.EnumerateRunes().Count()) : NoOverload,
    };

    private static string Lower(string text) =>
        new StringBuilder().AppendJoin("", text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c)).ToString();

    private static Func<IReadOnlyList<CelValue>, CelValue> Text(Func<string, CelValue> function) =>
        arguments => arguments[0].Node.Text() is { } text ? function(text) : NoOverload;

    private static Func<IReadOnlyList<CelValue>, CelValue> Texts(Func<string, string, bool> function) =>
        arguments => arguments[0].Node.Text() is { } text && arguments[1].Node.Text() is { } part ? CelValue.Of(function(text, part)) : NoOverload;

    private static Func<IReadOnlyList<CelValue>, CelValue> Url(Func<CelUrl, string> function) =>
        arguments => arguments[0].Url is { } url ? CelValue.Of(function(url)) : NoOverload;

    private static CelValue NoOverload { get; } = CelValue.Error("no such overload");
}
