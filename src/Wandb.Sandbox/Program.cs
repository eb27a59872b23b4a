using System.CommandLine;
using Wandb.Sandbox.Commands;

var root = new RootCommand("A W&B-compatible server for a laptop: keeps what agents and SDKs send, shows it, and fails on demand.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    RunsCommand.Create(),
    ShowCommand.Create(),
};
HelpWithExamples.AddTo(root);
return await root.Parse(args).InvokeAsync();
