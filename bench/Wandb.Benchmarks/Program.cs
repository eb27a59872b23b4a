using System.CommandLine;
using Wandb.Benchmarks.Compare;
using Wandb.Benchmarks.Generate;
using Wandb.Benchmarks.Live;
using Wandb.Benchmarks.Micro;
using Wandb.Benchmarks.Operators;
using Wandb.Benchmarks.Sink;

var root = new RootCommand("Large run files, a server that only counts, and measurements of whole processes. See bench/README.md.")
{
    GenerateCommand.Create(),
    SinkCommand.Create(),
    CompareCommand.Create(),
    LiveCommand.Create(),
    MicroCommand.Create(),
    AdmissionsCommand.Create(),
    SoakCommand.Create(),
    BareCommand.Create(),
    ReportsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
