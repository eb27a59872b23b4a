using System.CommandLine;
using Wandb.Benchmarks.Generate;

var root = new RootCommand("Large run files, a server that only counts, and measurements of whole processes. See bench/README.md.")
{
    GenerateCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
