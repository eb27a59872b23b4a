using System.Diagnostics;
using System.Globalization;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;

namespace Wandb.Agent;

/// <summary>The files of one run: what is due, what became of it.</summary>
internal sealed class RunUploads(RunContext context, RunHead head, RunPart part, RunState state)
{
    private readonly List<ReceiptFile> _files = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<ReceiptFile> Files => _files;

    /// <summary>Files that the run names and that are not on this machine.</summary>
    public IReadOnlyList<string> MissingFiles => _missing;

    /// <summary>What is not on the server and why, one line each; missing files aside.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Something failed that may work another time: the run must not be closed yet.</summary>
    public bool MustBeRetried => Unsent > 0;

    /// <summary>Those of <see cref="Problems"/> that another try may solve: nobody refused them, or not often enough.</summary>
    public int Unsent { get; private set; }

    /// <summary>Something was refused, or could not be read here, and is tried again because of <see cref="Commands.SyncOptions.HoldsOpen"/>.</summary>
    public bool IsHeldOpen { get; private set; }

    /// <summary>Makes the part of the console again that an earlier agent has read.</summary>
    /// <param name="end">Where the checkpoint goes on in the file.</param>
    public void RestoreConsole(long end, CancellationToken ct)
    {
        if (state.HasConsole)
            ConsoleReplay.Into(part.Console, head.Path, end, isWhole: false, ct);
    }

    /// <summary>A file that the run names, as it lies in the run's folder.</summary>
    public static FileUpload Upload(RunHead head, PlannedFile file)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(head.Path)) ?? "/", "files");
        return new FileUpload(file.Path, new UploadSource.LocalFile(Path.Combine(folder, file.Path)), file.UploadedMd5) { KnownStamp = file.Stamp };
    }

    /// <summary>Uploads the files that the run names and those that every run has: metadata, config, summary, console.</summary>
    public async Task UploadFilesAsync(RunPath run, RunConfigParts config, CancellationToken ct)
    {
        var files = new OrderedDictionary<string, FileUpload>(StringComparer.Ordinal);
        foreach (var file in state.Files.DueAtEnd().Concat(state.Files.Files.Where(file => file.UploadedMd5 is not null)))
            files[file.Path] = Upload(head, file);
        foreach (var (name, source) in Generated(config))
            files[name] = new FileUpload(name, source, null);
        foreach (var outcome in await context.Uploader.UploadAsync(run, [.. files.Values], ct))
            Note(outcome);
        if (state.HasConsole && part.Console.Problem is { } problem)
        {
            _problems.Add($"{ConsoleName()} is not uploaded, because there is no room to keep it until the end of the run: {problem}");
            Unsent++;
        }
        _problems.AddRange(state.RefusedPaths.Select(path => $"not uploaded: {path}"));
    }

    /// <summary>Made from the records, in memory: nothing is written into the run's own folders.</summary>
    private IEnumerable<(string Name, UploadSource Source)> Generated(RunConfigParts config)
    {
        if (!state.Environment.IsEmpty)
            yield return ("wandb-metadata.json", new UploadSource.Memory(state.Environment.ToMetadataFile()));
        yield return ("config.yaml", new UploadSource.Memory(RunConfigDocument.ToYaml(config)));
        var summary = new LineBuffer(1024);
        state.Summary.WriteTo(summary);
        yield return ("wandb-summary.json", new UploadSource.Memory(summary.WrittenSpan.ToArray()));
        if (state.HasConsole && part.Console.Source(state.Console?.EditableLines ?? []) is { } console)
            yield return (ConsoleName(), console);
    }

    /// <summary>A later part whose beginning is not at hand gets a file of its own: nothing of the first one is overwritten.</summary>
    private string ConsoleName() =>
        part.HasWholeConsole ? "output.log" : string.Create(CultureInfo.InvariantCulture, $"logs/output_{state.Start:yyyyMMdd_HHmmss}.log");

    private void Note(FileOutcome outcome)
    {
        switch (outcome)
        {
            case FileOutcome.Uploaded uploaded:
                _files.Add(new ReceiptFile(uploaded.Name, uploaded.SizeBytes, uploaded.Md5, uploaded.Status));
                state.Files.Uploaded(uploaded.Name, uploaded.Md5, uploaded.Stamp);
                break;
            case FileOutcome.Unchanged unchanged:
                _files.Add(new ReceiptFile(unchanged.Name, unchanged.SizeBytes, unchanged.Md5, 0));
                break;
            case FileOutcome.Missing missing:
                _missing.Add(missing.Name);
                break;
            case FileOutcome.Unreadable unreadable:
                _problems.Add($"file {unreadable.Name} cannot be read: {unreadable.Reason}");
                HoldOpen();
                break;
            case FileOutcome.Unstable unstable:
                _problems.Add($"file {unstable.Name} changed during each of {unstable.Tries} tries");
                Unsent++;
                break;
            case FileOutcome.Refused refused:
                _problems.Add($"file {refused.Name} was refused: HTTP {refused.Status}: {refused.Message}");
                HoldOpen();
                break;
            case FileOutcome.GaveUp gaveUp:
                _problems.Add($"file {gaveUp.Name} could not be sent: {gaveUp.LastReason}");
                Unsent++;
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void HoldOpen()
    {
        if (context.Options.HoldsOpen)
            (IsHeldOpen, Unsent) = (true, Unsent + 1);
    }
}
