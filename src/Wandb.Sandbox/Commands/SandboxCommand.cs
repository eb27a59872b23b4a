using System.CommandLine;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox with all of its commands.</summary>
internal static class SandboxCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("A W&B-compatible server for a laptop: keeps what agents and SDKs send, shows it, and fails on demand.")
        {
            DemoCommand.Create(),
            ServeCommand.Create(),
            TrainCommand.Create(),
            RunsCommand.Create(),
            ShowCommand.Create(),
            ClusterCommand.Create(),
        };
        HelpWithExamples.AddTo(root);
        return root;
    }
}
