using Wandb.Agent.Commands;
using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Sidecar;

/// <summary>Looks at runs that somebody else uploads, or that nobody shall: what they are called and how long their files are.</summary>
internal sealed class SidecarObservation(SidecarSettings settings, RunBoard board, CommandContext context)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Look();
            try
            {
                await Task.Delay(context.Sync.Live.Poll, context.Time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                Look();
            }
        }
    }

    private void Look()
    {
        foreach (var file in settings.Roots.SelectMany(RunFilesBelow).Where(file => !_known.Contains(file)))
        {
            var head = RunHead.Read(file);
            if (head.Run is null)
                board.Found(head, path: null, bytesKept: 0);
            else if (_known.Add(file))
                board.Observed(head);
        }
    }

    // ROOT/wandb/run-*/run-ID.wandb, or with ROOT/CONTAINER before it.
    private static IEnumerable<string> RunFilesBelow(string root)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.Exists(root) ? Directory.EnumerateFiles(root, "run-*.wandb", options) : [];
    }
}
