using System.Numerics;

namespace Wandb.Operator.Runs;

/// <summary>
/// <paramref name="Mantissa"/> · 2^<paramref name="Exponent"/>, which every finite double is. Sums, differences and products are exact: neither their order shows
/// in the result, nor what was added and taken away again.
/// </summary>
internal readonly record struct ExactNumber(BigInteger Mantissa, int Exponent)
{
    // Of a double (IEEE 754, binary64).
    private const int FractionBits = 52;
    private const int ExponentMask = 0x7FF;
    private const int Bias = 1023;

    // More than a double has, and the last of them tells whether anything follows: the nearest double is the right one.
    private const int QuotientBits = 62;

    public static ExactNumber operator +(ExactNumber one, ExactNumber other)
    {
        var exponent = one.Mantissa.IsZero ? other.Exponent : other.Mantissa.IsZero ? one.Exponent : Math.Min(one.Exponent, other.Exponent);
        return new ExactNumber(one.At(exponent) + other.At(exponent), exponent);
    }

    public static ExactNumber operator -(ExactNumber one, ExactNumber other) => one + new ExactNumber(-other.Mantissa, other.Exponent);

    public static ExactNumber operator *(ExactNumber one, ExactNumber other) => new(one.Mantissa * other.Mantissa, one.Exponent + other.Exponent);

    /// <param name="value">Finite.</param>
    public static ExactNumber Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> FractionBits) & ExponentMask;
        var fraction = bits & ((1L << FractionBits) - 1);
        var mantissa = exponent == 0 ? fraction : fraction | (1L << FractionBits);
        if (mantissa == 0)
            return default;
        // Short ones stay short in sums.
        var zeros = BitOperations.TrailingZeroCount(mantissa);
        mantissa >>= zeros;
        return new ExactNumber(bits < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - Bias - FractionBits + zeros);
    }

    /// <param name="divisor">Above zero.</param>
    /// <returns>The nearest double of the quotient; infinite when it is beyond them.</returns>
    public double Over(BigInteger divisor)
    {
        var (value, exponent) = Quotient(divisor);
        return Math.ScaleB(value, exponent);
    }

    /// <param name="divisor">Above zero.</param>
    /// <returns>The root of the quotient, also of one that is beyond all doubles. Of the square of a double it is that double.</returns>
    public double RootOver(BigInteger divisor)
    {
        var (value, exponent) = Quotient(divisor);
        return exponent % 2 == 0 ? Math.ScaleB(Math.Sqrt(value), exponent / 2) : Math.ScaleB(Math.Sqrt(2 * value), (exponent - 1) / 2);
    }

    private BigInteger At(int exponent) => Mantissa.IsZero ? Mantissa : Mantissa << (Exponent - exponent);

    /// <returns>Value · 2^Exponent.</returns>
    private (double Value, int Exponent) Quotient(BigInteger divisor)
    {
        var size = BigInteger.Abs(Mantissa);
        var shift = (int)Math.Max(0, QuotientBits + divisor.GetBitLength() - size.GetBitLength());
        var (whole, rest) = BigInteger.DivRem(size << shift, divisor);
        var dropped = (int)Math.Max(0, whole.GetBitLength() - QuotientBits);
        var first = (long)(whole >> dropped);
        if (!rest.IsZero || new BigInteger(first) << dropped != whole)
            first |= 1;
        return (Mantissa.Sign * (double)first, Exponent + dropped - shift);
    }
}
