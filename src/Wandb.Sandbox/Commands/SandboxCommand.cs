using System.CommandLine;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox with all of its commands.</summary>
internal static class SandboxCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("A W&B-compatible server and a small Kubernetes cluster for a laptop: keep what they are sent, show it, and fail on demand.")
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
