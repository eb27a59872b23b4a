using Wandb.Agent.Commands;
using Wandb.Agent.Ends;
using Wandb.Agent.Live;
using Wandb.Agent.Reports;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Sidecar;

/// <summary>Waits for the file of <c>--writer-exit</c>, and ends the sidecar in order when it is there and of this training.</summary>
internal sealed class WriterWatch(string path, SidecarSettings settings, CommandContext context)
{
    /// <summary>Comes to its end with that of the writer, or when it is cancelled.</summary>
    public async Task RunAsync(ToldEnds ends, RunBoard board, SidecarEnd end, CancellationToken ct)
    {
        // Before anything is sent: what was open then tells whose end it is.
        var leftOver = LeftOver();
        var file = new WriterExitFile(path);
        try
        {
            while (true)
            {
                var (exit, problem) = file.Look();
                if (exit is not null && leftOver is not null && leftOver.IsOfEarlierTraining(exit))
                    (exit, problem) = (null, leftOver.Words(path));
                board.Problems.Tell("writer-exit", problem);
                if (exit is not null)
                {
                    ends.Take(exit);
                    end.WriterHasEnded();
                    return;
                }
                await Task.Delay(context.Sync.Live.Poll, context.Time, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <returns>Null when there is no such file yet.</returns>
    private LeftOverExit? LeftOver()
    {
        if (WriterExitFile.WrittenAt(path) is not { } at)
            return null;
        using var notices = new DirectoryNotices(context.Time);
        var found = new RunDirectoryScan(settings.Roots, notices, static _ => { }, context.Time).Find();
        // Nothing tells of runs that are only looked at whether they were looked at before. A file without a run record will never be on the server.
        var open = settings.Sends ? found.Offline.Where(file => !File.Exists(RestOfRuns.MarkerOf(file))) : found.Offline.Concat(found.Online);
        return new LeftOverExit(at, [.. open.Where(file => RunHead.Read(file).Run is not null).Select(file => FileStamp.Of(file)?.Modified ?? at)]);
    }
}
