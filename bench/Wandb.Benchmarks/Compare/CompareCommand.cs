using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Wandb.Benchmarks.Sink;

namespace Wandb.Benchmarks.Compare;

/// <summary>`compare [--runs N] [--max-memory MIB] [--https] [--gzip] FOLDER COMMAND…`</summary>
internal static class CompareCommand
{
    private const long Mebibyte = 1024 * 1024;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A generated run, or any folder that holds one run as wandb/…-run-…; a copy of it is synced." };
        var program = new Argument<string[]>("command")
        {
            Description = $"Program and arguments, after `--`; {Comparison.RunPlaceholder} stands for the run folder. Default: "
                + $"wandb-agent sync {Comparison.RunPlaceholder}",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var runs = new Option<int>("--runs") { Description = "How often; default 5.", DefaultValueFactory = _ => 5 };
        var maxMemory = new Option<int?>("--max-memory") { Description = "MiB that the program may take at its peak; with more the command fails. Default: any." };
        var command = new Command("compare", "Measure a sync program as a whole process against the sink; prints a Markdown table.")
        {
            folder, program, runs, maxMemory, SinkCommand.Https, SinkCommand.Gzip,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using CopiedRun copy = CopiedRun.Of(parsed.GetRequiredValue(folder));
            string[] words = parsed.GetValue(program) is { Length: > 0 } given ? given : ["wandb-agent", "sync", Comparison.RunPlaceholder];
            var comparison = new Comparison(copy.Run, words, new SinkOptions(0, parsed.GetValue(SinkCommand.Https), parsed.GetValue(SinkCommand.Gzip)));
            var measurements = new List<Measurement>();
            for (int i = 0; i < Math.Max(1, parsed.GetValue(runs)); i++)
            {
                switch (await comparison.MeasureAsync(cancellationToken))
                {
                    case MeasurementOutcome.Measured measured:
                        measurements.Add(measured.Measurement);
                        break;
                    case MeasurementOutcome.Incomplete incomplete:
                        await Console.Error.WriteLineAsync(incomplete.Reason);
                        return 1;
                    default:
                        throw new UnreachableException();
                }
            }

            Console.WriteLine($"{copy.Run}; {(parsed.GetValue(SinkCommand.Https) ? "HTTPS" : "HTTP")}{(parsed.GetValue(SinkCommand.Gzip) ? ", gzip" : "")}; " +
                $"{Machine()}; {measurements.Count} runs of `{string.Join(' ', words)}`");
            Console.WriteLine();
            Console.WriteLine(MeasurementTable.Of(measurements));
            long peak = measurements.Max(measurement => measurement.PeakRssBytes);
            if (parsed.GetValue(maxMemory) is { } limit && peak > limit * Mebibyte)
            {
                await Console.Error.WriteLineAsync($"The program took {peak / (double)Mebibyte:0.0} MiB at its peak, over the limit of {limit} MiB.");
                return 1;
            }

            return 0;
        });
        return command;
    }

    /// <summary>The load is that of the last minute: figures taken on a busy machine should look like it.</summary>
    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
}
