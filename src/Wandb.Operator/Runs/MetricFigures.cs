using System.Globalization;
using System.Numerics;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Runs;

/// <summary>
/// One metric over some runs, as sums that are exact: figures of other runs can be added and taken away, and what a status says of them can be gone on from,
/// without another last digit.
/// </summary>
internal sealed record MetricFigures
{
    /// <summary>At least 1.</summary>
    public required long N { get; init; }

    private ExactNumber Sum { get; init; }

    /// <summary>Sum of the squares.</summary>
    private ExactNumber Squares { get; init; }

    /// <summary>Of several runs that have it, the one whose id stands first.</summary>
    private (double Value, string? Run) Min { get; init; }

    /// <inheritdoc cref="Min"/>
    private (double Value, string? Run) Max { get; init; }

    /// <param name="values">Finite; not empty.</param>
    public static MetricFigures Of(IReadOnlyCollection<(string Run, double Value)> values)
    {
        var (sum, squares) = (default(ExactNumber), default(ExactNumber));
        foreach (var value in values.Select(item => ExactNumber.Of(item.Value)))
            (sum, squares) = (sum + value, squares + (value * value));
        var sorted = values.OrderBy(item => item.Value).ThenBy(item => item.Run, StringComparer.Ordinal).ToList();
        return new MetricFigures
        {
            N = values.Count,
            Sum = sum,
            Squares = squares,
            Min = (sorted[0].Value, sorted[0].Run),
            Max = (sorted[^1].Value, sorted.First(item => item.Value.Equals(sorted[^1].Value)).Run),
        };
    }

    /// <summary>As a status has it.</summary>
    /// <returns>Null: it does not say enough.</returns>
    public static MetricFigures? Read(MetricEntry entry)
    {
        if (entry.N is not ({ } count and > 0)
            || Number(entry.Mean) is not { } mean || Number(entry.Min) is not { } min || Number(entry.Max) is not { } max || min > max
            || Number(count == 1 ? "0" : entry.StandardDeviation) is not { } deviation)
        {
            return null;
        }
        var (n, middle, spread) = (ExactNumber.Of(count), ExactNumber.Of(mean), ExactNumber.Of(deviation));
        return new MetricFigures
        {
            N = count,
            Sum = n * middle,
            Squares = (n * middle * middle) + (ExactNumber.Of(count - 1) * spread * spread),
            Min = (min, entry.MinRun),
            Max = (max, entry.MaxRun),
        };
    }

    public MetricFigures With(MetricFigures other) => new()
    {
        N = N + other.N,
        Sum = Sum + other.Sum,
        Squares = Squares + other.Squares,
        Min = First(Min, other.Min, Min.Value.CompareTo(other.Min.Value)),
        Max = First(Max, other.Max, other.Max.Value.CompareTo(Max.Value)),
    };

    /// <summary>
    /// Without runs that are among them. Smallest and largest value stay as they are: those of the rest are not known, and are none beyond these.
    /// </summary>
    /// <returns>Null: nothing is left.</returns>
    public MetricFigures? Without(MetricFigures other) =>
        N > other.N ? this with { N = N - other.N, Sum = Sum - other.Sum, Squares = Squares - other.Squares } : null;

    public MetricEntry Entry(string name)
    {
        // n Σx² - (Σx)² is n (n - 1) times the square of the sample deviation.
        var spread = (ExactNumber.Of(N) * Squares) - (Sum * Sum);
        double? deviation = N < 2 ? null : spread.Mantissa.Sign <= 0 || Min.Value.Equals(Max.Value) ? 0 : spread.RootOver(new BigInteger(N) * (N - 1));
        return new MetricEntry
        {
            Name = name,
            N = (int)Math.Min(int.MaxValue, N),
            Mean = Text(Math.Clamp(Sum.Over(N), Min.Value, Max.Value)),
            StandardDeviation = deviation is { } known ? Text(known) : null,
            Min = Text(Min.Value),
            Max = Text(Max.Value),
            MinRun = Min.Run,
            MaxRun = Max.Run,
        };
    }

    private static (double Value, string? Run) First((double Value, string? Run) one, (double Value, string? Run) other, int order) =>
        order < 0 || (order == 0 && string.CompareOrdinal(one.Run, other.Run) <= 0) ? one : other;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static string? Text(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : null;
}
