using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Wandb.Benchmarks.Micro;

/// <summary>`micro [--full|--once] [BENCHMARKDOTNET OPTION…]`</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var options = new Argument<string[]>("options")
        {
            Description = "Options of BenchmarkDotNet, after `--`; default: `--filter *`.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var full = new Option<bool>("--full") { Description = "Measure until the figures settle, instead of three times each." };
        var once = new Option<bool>("--once") { Description = "Run each one time, to see that it does; the figures say nothing." };
        var command = new Command("micro", "Measure reader, decoder and line builder by themselves, in memory; Release builds only.") { options, full, once };
        command.SetAction(parsed =>
        {
            string[] given = parsed.GetValue(options) is { Length: > 0 } words ? words : ["--filter", "*"];
            bool anyFailed = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly)
                .Run(given, Config(parsed.GetValue(full) ? Job.Default : parsed.GetValue(once) ? Job.Dry : Job.ShortRun))
                .Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
            return anyFailed ? 1 : 0;
        });
        return command;
    }

    /// <summary>In this process: what BenchmarkDotNet would build by itself, it would build by the rules of the repository (lock files, warnings).</summary>
    private static ManualConfig Config(Job job) => DefaultConfig.Instance.AddJob(job.WithToolchain(InProcessEmitToolchain.Instance));
}
