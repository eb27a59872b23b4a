using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace Wandb.Benchmarks.Operators;

/// <summary>`admissions [--rate N] [--seconds N] [--warm-up N]`</summary>
internal static class AdmissionsCommand
{
    // The machine's speed changes; what is compared shares its changes.
    private const int Rounds = 4;

    public static Command Create()
    {
        Option<int> rate = Number("--rate", 500, "Reviews a second.");
        Option<int> seconds = Number("--seconds", 20, "How long each of the two is measured.");
        Option<int> warmUp = Number("--warm-up", 20, "Seconds at the same rate before, for the compiler to be done.");
        var command = new Command(
            "admissions", "Measure the operator, and in turn with it a bare endpoint, at reviews of pods of 10 KB over TLS: CPU of each, delay, memory, start; prints a Markdown table.")
        { rate, seconds, warmUp };
        OperatorChoice.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await MeasureAsync(
                OperatorChoice.Of(parsed), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)), cancellationToken);
            return 0;
        });
        return command;
    }

    public static Option<T> Number<T>(string name, T value, string description)
        where T : INumber<T> => new(name) { Description = $"{description} Default {value}.", DefaultValueFactory = _ => value };

    private static async Task MeasureAsync(
        OperatorChoice choice, int rate, TimeSpan duration, TimeSpan warmUp, CancellationToken cancellationToken)
    {
        await using MeasuredAdmission target = await MeasuredAdmission.StartAsync(choice, cancellationToken);
        using MeasuredBare bare = await MeasuredBare.StartAsync(target.Answer, MeasuredAdmission.FirstReviewAsync, cancellationToken);
        using HttpClient bareClient = bare.Connect(HttpVersion.Version20);

        async Task<OperatorUse> RoundAsync(int processId, HttpClient to, TimeSpan length, List<long>? delays) => await OperatorUse.DuringAsync(
            processId,
            async () =>
            {
                IReadOnlyList<long> some = await SteadyLoad.RunAsync(rate, length, (_, stop) => target.ReviewAsync(to, stop), cancellationToken);
                delays?.AddRange(some);
            });

        await RoundAsync(target.ProcessId, target.Client, warmUp, null);
        await RoundAsync(bare.ProcessId, bareClient, warmUp, null);
        (List<OperatorUse> uses, List<OperatorUse> bareUses, List<long> delays, List<long> bareDelays) = ([], [], [], []);
        for (int round = 0; round < Rounds; round++)
        {
            uses.Add(await RoundAsync(target.ProcessId, target.Client, duration / Rounds, delays));
            bareUses.Add(await RoundAsync(bare.ProcessId, bareClient, duration / Rounds, bareDelays));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{rate} reviews/s of {target.ReviewBytes} bytes over TLS, HTTP/2, one connection, {System.Environment.ProcessorCount} cores; {Rounds} rounds in turn"));
        Console.WriteLine();
        Console.WriteLine(Comparison(
            new Side(target.StartUp, target.StartUpCpu, OperatorUse.Sum(uses), delays), new Side(bare.StartUp, bare.StartUpCpu, OperatorUse.Sum(bareUses), bareDelays)));
    }

    /// <summary>A Markdown table; the ratio says how many times as much the operator takes.</summary>
    private static string Comparison(Side ours, Side bare)
    {
        string Row(string what, Func<Side, double> figure, string format) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {figure(ours).ToString(format, CultureInfo.InvariantCulture)} | {figure(bare).ToString(format, CultureInfo.InvariantCulture)} | {figure(ours) / figure(bare):0.00} |");
        return string.Join(
            System.Environment.NewLine,
            "| | operator | bare | ratio |",
            "|---|---:|---:|---:|",
            Row("CPU of a review, ms", side => side.Use.Cpu.TotalMilliseconds / side.Delays.Count, "0.000"),
            Row("RSS at the end, MB", side => side.Use.RssBytes / 1e6, "0.0"),
            Row("peak RSS, MB", side => side.Use.PeakBytes / 1e6, "0.0"),
            Row("start to first answer, s", side => side.StartUp.TotalSeconds, "0.00"),
            Row("the same, CPU", side => side.StartUpCpu.TotalSeconds, "0.00"),
            Row("reviews answered a second", side => side.Delays.Count / side.Use.Elapsed.TotalSeconds, "0"),
            Row("answer p50, ms", side => SteadyLoad.Milliseconds(side.Delays, 0.5), "0.00"),
            Row("answer p99, ms", side => SteadyLoad.Milliseconds(side.Delays, 0.99), "0.00"),
            $"| load before and after | {ours.Use.Load} | {bare.Use.Load} | |");
    }

    /// <param name="Delays">Of all rounds.</param>
    private sealed record Side(TimeSpan StartUp, TimeSpan StartUpCpu, OperatorUse Use, IReadOnlyList<long> Delays);
}
