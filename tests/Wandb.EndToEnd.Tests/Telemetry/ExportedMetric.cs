using Google.Protobuf;

namespace Wandb.EndToEnd.Tests.Telemetry;

/// <summary>A metric as opentelemetry/proto/metrics/v1/metrics.proto has it, as far as tests ask.</summary>
/// <param name="Points">Value (of a histogram: count) by attributes, which stand as <c>name=value</c> in their order.</param>
internal sealed record ExportedMetric(string Name, string Unit, IReadOnlyDictionary<string, double> Points)
{
    private const int Gauge = 5;
    private const int Sum = 7;
    private const int Histogram = 9;

    public static ExportedMetric Read(ByteString metric)
    {
        var fields = OtlpField.Of(metric);
        var data = fields.Single(field => field.Field is Gauge or Sum or Histogram);
        return new ExportedMetric(
            fields.Single(field => field.Field == 1).Content.ToStringUtf8(),
            fields.SingleOrDefault(field => field.Field == 3).Content?.ToStringUtf8() ?? "",
            OtlpField.At(data.Content, 1).ToDictionary(point => AttributesOf(point, data.Field == Histogram ? 9 : 7), point => ValueOf(point, data.Field)));
    }

    /// <summary>Of a data point, a span or a resource.</summary>
    public static string AttributesOf(ByteString message, int field) => string.Join(' ', OtlpField.At(message, field).Select(pair =>
        $"{OtlpField.At(pair, 1).Single().ToStringUtf8()}={OtlpField.At(pair, 2, 1).SingleOrDefault()?.ToStringUtf8()}"));

    private static double ValueOf(ByteString point, int kind)
    {
        foreach (var field in OtlpField.Of(point))
        {
            if (kind == Histogram ? field.Field == 4 : field.Field == 6)
                return (long)field.Number;
            if (kind != Histogram && field.Field == 4)
                return BitConverter.UInt64BitsToDouble(field.Number);
        }
        return 0;
    }
}
