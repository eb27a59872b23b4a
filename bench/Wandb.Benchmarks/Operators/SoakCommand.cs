using System.CommandLine;
using System.Globalization;

namespace Wandb.Benchmarks.Operators;

/// <summary>`soak [--rate N] [--minutes N] [--every MINUTES]`</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        Option<int> rate = AdmissionsCommand.Number("--rate", 500, "Reviews a second.");
        Option<double> minutes = AdmissionsCommand.Number("--minutes", 60.0, "How long.");
        Option<double> every = AdmissionsCommand.Number("--every", 5.0, "Minutes of a line.");
        var command = new Command(
            "soak", "Whether the operator grows: reviews of pods of 10 KB over TLS for a long time; a line of a Markdown table for each part of it, as it ends.")
        { rate, minutes, every };
        OperatorChoice.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await MeasureAsync(OperatorChoice.Of(parsed), parsed.GetValue(rate), parsed.GetValue(minutes), parsed.GetValue(every), cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task MeasureAsync(OperatorChoice choice, int rate, double minutes, double every, CancellationToken cancellationToken)
    {
        await using MeasuredAdmission target = await MeasuredAdmission.StartAsync(choice, cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{rate} reviews/s of {target.ReviewBytes} bytes over TLS, HTTP/2, one connection, {Environment.ProcessorCount} cores"));
        Console.WriteLine();
        Console.WriteLine("| minutes | answered a second | CPU of a review, ms | p99, ms | RSS, MB | peak so far, MB | load before and after |\n|---:|---:|---:|---:|---:|---:|---:|");
        for (double begun = 0; begun < minutes; begun += every)
        {
            double ended = Math.Min(minutes, begun + every);
            IReadOnlyList<long> delays = [];
            OperatorUse use = await OperatorUse.DuringAsync(
                target.ProcessId,
                async () => delays = await SteadyLoad.RunAsync(rate, TimeSpan.FromMinutes(ended - begun), (_, stop) => target.ReviewAsync(target.Client, stop), cancellationToken));
            Console.WriteLine(FormattableString.Invariant(
                $"| {ended:0.##} | {delays.Count / use.Elapsed.TotalSeconds:0} | {use.Cpu.TotalMilliseconds / delays.Count:0.000} | {SteadyLoad.Milliseconds(delays, 0.99):0.0} | {use.RssBytes / 1e6:0.0} | {use.PeakBytes / 1e6:0.0} | {use.Load} |"));
        }
    }
}
