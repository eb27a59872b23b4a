using System.Globalization;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Means and deviations are the nearest doubles to the exact ones, whatever was added, taken away, or read back in between.</summary>
public sealed class MetricFiguresTests
{
    private const int Rounds = 200;

    [Theory]
    [InlineData(6, 1.0, "1")]
    [InlineData(10, 0.95, "0.95")]
    [InlineData(3, 0.1, "0.1")]
    [InlineData(7, -1e-300, "-1E-300")]
    [InlineData(3, double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(3, double.Epsilon, "5E-324")]
    [InlineData(3, 0.0, "0")]
    public void Mean_of_equal_values_is_that_value_without_a_deviation(int n, double value, string expected)
    {
        var entry = Of(Enumerable.Repeat(value, n));

        Assert.Equal((n, expected, "0", expected, expected), (entry.N, entry.Mean, entry.StandardDeviation, entry.Min, entry.Max));
    }

    [Theory]
    [InlineData(new[] { 2.0, 4, 4, 5, 9 }, "4.8", 6.7)]
    [InlineData(new[] { 0.1, 0.2, 0.3 }, "0.2", 0.01)]
    [InlineData(new[] { 1e16, 1, -1e16 }, "0.3333333333333333", 1e32)]
    [InlineData(new[] { 1000000.1, 1000000.2, 1000000.3 }, "1000000.2", 0.01)]
    public void Mean_is_the_nearest_number_and_the_deviation_that_of_a_sample(double[] values, string mean, double variance)
    {
        var entry = Of(values);

        Assert.Equal(mean, entry.Mean);
        Assert.Equal(Math.Sqrt(variance), Number(entry.StandardDeviation), Math.Sqrt(variance) * 1e-9);
    }

    [Fact]
    public void Sums_and_squares_beyond_all_doubles_do_no_harm()
    {
        var entry = Of([1e200, -1e200, 1e308, -1e308]);

        Assert.Equal("0", entry.Mean);
        Assert.Equal(1e308 * Math.Sqrt(2.0 / 3), Number(entry.StandardDeviation), 1e300);
    }

    [Fact]
    public void A_single_value_has_no_deviation() => Assert.Null(Of([3]).StandardDeviation);

    [Fact]
    public void Best_runs_are_those_whose_ids_stand_first()
    {
        var entry = MetricFigures.Of([("c", 1), ("b", 1), ("d", 2)]).With(MetricFigures.Of([("f", 2), ("a", 1.5), ("e", 1)])).Entry("loss");

        Assert.Equal(("b", "d"), (entry.MinRun, entry.MaxRun));
    }

    /// <summary>Runs are forgotten, operators restarted: neither the order nor the way shows in the figures.</summary>
    [Fact]
    public void Figures_are_the_same_by_any_way()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var scale = Math.Pow(10, random.Next(-300, 300));
            var offset = random.Next(2) * 1e6;
            var values = Enumerable.Range(0, random.Next(2, 40)).Select(i => ($"r{i:00}", (offset + random.NextDouble() - 0.5) * scale)).ToArray();
            var direct = MetricFigures.Of(values).Entry("loss");
            random.Shuffle(values);
            var cut = random.Next(1, values.Length);
            var (some, others) = (MetricFigures.Of(values[..cut]), MetricFigures.Of(values[cut..]));

            var together = some.With(others);
            var read = MetricFigures.Read(direct)!;

            Assert.True(direct == together.Entry("loss"), $"seed {seed}: {direct} {together.Entry("loss")}");
            Assert.True(direct == read.Entry("loss"), $"seed {seed}: {direct} {read.Entry("loss")}");
            Assert.True(direct == read.Without(some)!.With(some).Entry("loss"), $"seed {seed}");
            Assert.InRange(Number(direct.Mean), Number(direct.Min), Number(direct.Max));
        }
    }

    [Fact]
    public void Nothing_is_left_without_all_of_them() => Assert.Null(MetricFigures.Of([("a", 1), ("b", 2)]).Without(MetricFigures.Of([("a", 1), ("b", 2)])));

    /// <summary>Others may write a status, too.</summary>
    [Theory]
    [InlineData(0, "1", "1", "1", "1")]
    [InlineData(2, null, "1", "1", "1")]
    [InlineData(2, "1", null, "1", "1")]
    [InlineData(2, "1", "1", "2", "1")]
    [InlineData(2, "1", "NaN", "1", "1")]
    [InlineData(2, "Infinity", "1", "1", "1")]
    [InlineData(2, "one", "1", "1", "1")]
    public void What_says_too_little_is_not_gone_on_from(int n, string? mean, string? deviation, string? min, string? max) =>
        Assert.Null(MetricFigures.Read(new MetricEntry { Name = "loss", N = n, Mean = mean, StandardDeviation = deviation, Min = min, Max = max }));

    /// <summary>As an earlier version wrote it.</summary>
    [Fact]
    public void Mean_beyond_smallest_and_largest_value_is_put_right()
    {
        var entry = MetricFigures.Read(new MetricEntry { Name = "loss", N = 6, Mean = "0.9999999999999999", StandardDeviation = "1.2161883888976234E-16", Min = "1", Max = "1" })!.Entry("loss");

        Assert.Equal(("1", "0"), (entry.Mean, entry.StandardDeviation));
    }

    private static MetricEntry Of(IEnumerable<double> values) => MetricFigures.Of([.. values.Select((value, index) => ($"r{index:000}", value))]).Entry("loss");

    private static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);
}
