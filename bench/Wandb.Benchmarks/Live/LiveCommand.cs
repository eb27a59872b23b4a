using System.CommandLine;
using Wandb.Benchmarks.Sink;

namespace Wandb.Benchmarks.Live;

/// <summary>`live [--runs N] [--rate N] [--seconds N] [--warm-up N] [--https] [--rate-limit] COMMAND…`</summary>
internal static class LiveCommand
{
    public static Command Create()
    {
        var program = new Argument<string[]>("command")
        {
            Description = $"Program and arguments, after `--`; {WatchedRoot.RootPlaceholder} stands for the directory with the runs. Default: "
                + $"wandb-agent watch {WatchedRoot.RootPlaceholder}",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<int> runs = Number("--runs", 1, "Growing runs; their trainers are tasks of this process.");
        Option<int> rate = Number("--rate", 10, "Rows a second of each run, each written out at once; 0: quiet runs.");
        Option<int> seconds = Number("--seconds", 60, "How long is measured.");
        Option<int> warmUp = Number("--warm-up", 10, "Seconds between the first row of every run on the server and the measurement.");
        var rateLimit = new Option<bool>("--rate-limit") { Description = "The sink answers 429 beyond 2 file-stream requests a second and run, burst 2." };
        var command = new Command("live", "Measure an agent that follows growing runs: delay, processor time, memory; prints a Markdown table.")
        {
            program, runs, rate, seconds, warmUp, rateLimit, SinkCommand.Https,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] words = parsed.GetValue(program) is { Length: > 0 } given ? given : ["wandb-agent", "watch", WatchedRoot.RootPlaceholder];
            var measurement = new LiveMeasurement(
                parsed.GetValue(runs),
                parsed.GetValue(rate),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                new SinkOptions(0, parsed.GetValue(SinkCommand.Https), OffersGzip: false) { HasRateLimit = parsed.GetValue(rateLimit) },
                words);
            IReadOnlyList<string> table = await measurement.MeasureAsync(cancellationToken);
            Console.WriteLine($"{parsed.GetValue(runs)} runs, {parsed.GetValue(rate)} rows/s each, {(parsed.GetValue(SinkCommand.Https) ? "HTTPS" : "HTTP")}, " +
                $"{Environment.ProcessorCount} cores; `{string.Join(' ', words)}`");
            Console.WriteLine();
            Console.WriteLine(string.Join(Environment.NewLine, table));
            return 0;
        });
        return command;
    }

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { Description = $"{description} Default {value}.", DefaultValueFactory = _ => value };
}
