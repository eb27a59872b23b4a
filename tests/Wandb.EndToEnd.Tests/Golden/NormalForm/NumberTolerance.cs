namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>How far a number may be from the recorded one. Either limit allows the difference, unless it is above the ceiling.</summary>
/// <param name="Relative">Of the larger of the two.</param>
/// <param name="Absolute">For numbers near zero.</param>
/// <param name="Ceiling">Never allowed, however large the numbers are.</param>
internal readonly record struct NumberTolerance(double Relative, double Absolute, double Ceiling)
{
    public static readonly NumberTolerance Values = new(Relative: 1e-12, Absolute: 0, Ceiling: double.PositiveInfinity);

    /// <summary>
    /// Seconds that clients compute from a time stamp. A relative 1e-9 of the seconds since 1970 would be 1.8 s, more than the distance of two
    /// rows; a double of that size holds steps of 0.24 µs, so one microsecond is enough.
    /// </summary>
    public static readonly NumberTolerance Times = new(Relative: 1e-9, Absolute: 1e-9, Ceiling: 1e-6);

    public static NumberTolerance For(string member) => member is "_timestamp" or "_runtime" ? Times : Values;

    public bool Allows(double got, double wanted)
    {
        double difference = Math.Abs(got - wanted);
        double size = Math.Max(Math.Abs(got), Math.Abs(wanted));
        return difference == 0 || (difference <= Math.Max(Relative * size, Absolute) && difference <= Ceiling);
    }
}
