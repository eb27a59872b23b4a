using System.Globalization;

namespace Wandb.Operator.Injection;

/// <summary>Kubernetes quantities: <c>10m</c>, <c>32Mi</c>, <c>0.5</c>, <c>1e3</c>, <c>1G</c>.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50), ("Ei", 1L << 60),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <returns>Null for what is no quantity.</returns>
    public static decimal? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var (suffix, factor) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal) && Number(text[..^suffix.Length]) is { } number)
                return number * factor;
        }
        return Number(text);
    }

    /// <summary>The usual way to write an amount of <paramref name="resource"/>; rounded up.</summary>
    public static string Format(string resource, decimal amount)
    {
        if (resource == "cpu")
        {
            var milli = decimal.Ceiling(amount * 1000);
            return milli % 1000 == 0 ? Text(milli / 1000) : Text(milli) + "m";
        }
        var bytes = decimal.Ceiling(amount);
        foreach (var (suffix, factor) in new[] { ("Gi", (decimal)(1L << 30)), ("Mi", 1L << 20), ("Ki", 1L << 10) })
        {
            if (bytes >= factor && bytes % factor == 0)
                return Text(bytes / factor) + suffix;
        }
        return Text(bytes);
    }

    /// <summary>To what <see cref="Format"/> can write, so that a lower bound is still kept.</summary>
    public static decimal RoundedUp(string resource, decimal amount) => decimal.Ceiling(amount * Steps(resource)) / Steps(resource);

    /// <summary>To what <see cref="Format"/> can write, so that an upper bound is still kept.</summary>
    public static decimal RoundedDown(string resource, decimal amount) => decimal.Floor(amount * Steps(resource)) / Steps(resource);

    private static decimal Steps(string resource) => resource == "cpu" ? 1000 : 1;

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Text(decimal number) => decimal.Truncate(number).ToString(CultureInfo.InvariantCulture);
}
