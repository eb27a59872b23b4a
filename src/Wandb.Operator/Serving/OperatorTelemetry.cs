using Microsoft.Extensions.DependencyInjection.Extensions;
using Wandb.Contract.Telemetry;

namespace Wandb.Operator.Serving;

/// <summary>Metrics, traces and logs over OTLP, each where the environment names an endpoint for it, and nothing otherwise.</summary>
internal static class OperatorTelemetry
{
    /// <summary>What is wrong with the environment is told by <see cref="ExportNotices"/>, and stops nothing else.</summary>
    public static void Add(IHostApplicationBuilder builder, IReadOnlyDictionary<string, string?> environment)
    {
        builder.Services.TryAddSingleton<OperatorMetrics>();
        builder.Services.AddMetrics();
        var notices = new ExportNotices();
        builder.Services.AddSingleton(notices);
        var settings = new Dictionary<OtlpSignal, OtlpSettings>();
        foreach (var signal in Enum.GetValues<OtlpSignal>())
        {
            var (found, problem) = OtlpSettings.For(signal, name => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null);
            if (problem is not null)
                notices.Tell(signal, problem);
            if (found is not null)
                settings.Add(signal, found);
        }
        if (settings.Count > 0)
            OtlpExport.Add(builder, environment, settings, notices);
    }
}
