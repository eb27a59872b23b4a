using System.Collections.Concurrent;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Commands;
using Wandb.Agent.Live;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Sidecar;

/// <summary>Tells runs of this pod from those that other pods left in its directories. Of each file it is decided once. Thread-safe.</summary>
/// <param name="host">Name that the containers of this pod have.</param>
internal sealed class RunWriters(SidecarSettings settings, string host, CommandContext context)
{
    private readonly ConcurrentDictionary<string, RunWriter> _byFile = new(StringComparer.Ordinal);

    // When each run file that was there at the begin was written last.
    private Dictionary<string, DateTimeOffset> _found = [];
    private DateTimeOffset? _podBegan;

    /// <summary>Looks at what is there, before any file is asked for and before the trainers of this pod begin.</summary>
    /// <param name="folders">Where the begin of the pod may be kept, the preferred one first.</param>
    public void Begin(IReadOnlyList<string> folders)
    {
        if (settings.Pod.Uid.Length == 0)
            return;
        using var notices = new DirectoryNotices(context.Time);
        var found = new RunDirectoryScan(settings.Roots, notices, static _ => { }, context.Time).Find();
        _found = found.Offline.Concat(found.Online)
            .Select(file => (File: file, FileStamp.Of(file)?.Modified))
            .Where(file => file.Modified is not null)
            .DistinctBy(file => file.File, StringComparer.Ordinal)
            .ToDictionary(file => file.File, file => file.Modified!.Value, StringComparer.Ordinal);
        _podBegan = PodBegin.Keep(folders, settings.Pod.Uid);
    }

    public RunWriter Of(string runFile) => settings.Pod.Uid.Length == 0 ? RunWriter.ThisPod : _byFile.GetOrAdd(runFile, Decide);

    public bool IsAnotherPod(string runFile) => !Of(runFile).IsThisPod;

    /// <summary>The operator shows what a pod reports under the name of that pod: a run of another name must not be among it.</summary>
    public bool IsReported(string runFile) => Of(runFile) is var writer && (writer.IsThisPod || writer.Pod.Length == 0 || writer.Pod == settings.Pod.Name);

    private RunWriter Decide(string file) => RunWriter.Of(
        settings.Pod.Uid,
        new KeptAdditions(new StateDirectory(file, context.Sync.StateRoot), file, context.Sync.Durable).Read(),
        _found.TryGetValue(file, out var written) ? written : null,
        _podBegan,
        () => string.Equals(RunHead.Read(file).Run?.Host, host, StringComparison.Ordinal));
}
