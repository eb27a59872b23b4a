using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>
/// A JSON number as it is compared: 1, 1.0 and 1e0 are the same integer, -0 is 0, integers have no limit. A number that is no integer, or one
/// of 2^53 or more with a point or an exponent, is a double: its last digits mean nothing.
/// </summary>
internal readonly record struct JsonNumber
{
    private const double FirstInexactInteger = 9007199254740992;

    private readonly BigInteger integer;
    private readonly double real;

    private JsonNumber(BigInteger integer) => (IsInteger, this.integer, real) = (true, integer, (double)integer);

    private JsonNumber(double real) => this.real = real;

    public bool IsInteger { get; }

    /// <returns>
    /// False for what is no finite number: other kinds of values, and literals like 1e999, which readers take for an infinity.
    /// </returns>
    public static bool TryRead(JsonNode value, out JsonNumber number)
    {
        number = default;
        if (value.GetValueKind() != JsonValueKind.Number)
        {
            return false;
        }

        string digits = value.ToJsonString();
        if (BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger whole))
        {
            number = new JsonNumber(whole);
            return true;
        }

        double real = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        number = double.IsInteger(real) && Math.Abs(real) < FirstInexactInteger ? new JsonNumber((BigInteger)real) : new JsonNumber(real);
        return double.IsFinite(real);
    }

    /// <summary>Two integers are equal or not; otherwise the difference may be as large as said.</summary>
    public bool IsCloseTo(JsonNumber wanted, NumberTolerance tolerance)
    {
        if (IsInteger && wanted.IsInteger)
        {
            return integer == wanted.integer;
        }

        // An integer that a double cannot hold was not kept if it comes back as a double.
        return wanted.IsInteger && Math.Abs(wanted.real) >= FirstInexactInteger
            ? double.IsInteger(real) && (BigInteger)real == wanted.integer
            : tolerance.Allows(real, wanted.real);
    }

    public override string ToString() => IsInteger ? integer.ToString(CultureInfo.InvariantCulture) : real.ToString("R", CultureInfo.InvariantCulture);
}
