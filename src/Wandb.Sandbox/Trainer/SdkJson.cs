using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wandb.Sandbox.Trainer;

/// <summary>
/// Prints values as the SDK's emitter does: floats with the fewest digits, and with an exponent below 1e-4 and from 1e6 on (Go's 'g' format);
/// NaN and infinities as bare words; text mostly as it is.
/// </summary>
internal static class SdkJson
{
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(string value) => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        // d.dddE+xxx with as many digits as the number needs to be read back.
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        (string digits, int exponent) = Scientific(shortest);
        string sign = double.IsNegative(value) ? "-" : "";
        return sign + (exponent is < -4 or >= 6 ? WithExponent(digits, exponent) : WithoutExponent(digits, exponent));
    }

    /// <returns>Digits without leading or trailing zeros, at least one; and the exponent of the first of them.</returns>
    private static (string Digits, int Exponent) Scientific(string number)
    {
        string[] parts = number.TrimStart('-').Split('E');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        string all = point < 0 ? parts[0] : parts[0].Remove(point, 1);
        int leadingZeros = all.Length - all.TrimStart('0').Length;
        string digits = all.Trim('0');
        if (digits.Length == 0)
        {
            return ("0", 0);
        }

        int exponent = (point < 0 ? parts[0].Length : point) - 1 - leadingZeros;
        return (digits, exponent + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0));
    }

    private static string WithExponent(string digits, int exponent)
    {
        string fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private static string WithoutExponent(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return $"0.{new string('0', -exponent - 1)}{digits}";
        }

        var text = new StringBuilder(digits.PadRight(exponent + 1, '0'));
        return text.Length == exponent + 1 ? text.ToString() : text.Insert(exponent + 1, '.').ToString();
    }
}
