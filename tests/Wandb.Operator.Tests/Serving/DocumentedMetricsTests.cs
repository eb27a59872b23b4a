using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace Wandb.Operator.Tests.Serving;

public sealed partial class DocumentedMetricsTests
{
    [Fact]
    public void Table_of_the_documentation_has_every_instrument_and_no_other()
    {
        var documented = Row().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "observability.md")))
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value} {row.Groups["unit"].Value}");

        Assert.Equal(Instruments().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static List<string> Instruments()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var found = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                    found.Add($"{instrument.Name} {Kind(instrument)} {instrument.Unit}");
            },
        };
        listener.Start();
        _ = new OperatorMetrics(factory);
        return found;
    }

    private static string Kind(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableUpDownCounter<int> => "up-down counter",
        ObservableGauge<double> => "gauge",
        _ => instrument.GetType().Name,
    };

    [GeneratedRegex(@"^\| `(?<name>wandb\.operator\.[a-z._]+)` \| (?<kind>[a-z -]+), `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
