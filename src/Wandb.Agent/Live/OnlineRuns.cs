using System.Globalization;
using Google.Protobuf;
using Wandb.Agent.Commands;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Live;

/// <summary>
/// Reads along with the files of online runs, which the SDK uploads itself: how many rows are on the disk, and how the run ended. Nothing of
/// them is ever sent. Works beside the session's loop, which owns it.
/// </summary>
internal sealed class OnlineRuns(SyncOptions options, ISyncObserver observer, TimeProvider time)
{
    /// <summary>Runs that were written last before this are history, and not read.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly Dictionary<string, Observed> _runs = new(StringComparer.Ordinal);
    private Task? _work;

    /// <summary>Begins a look at the files, unless the last one goes on still.</summary>
    /// <param name="settle">Told of files that need no further look.</param>
    public void StartLook(IReadOnlyList<string> files, Action<string> settle, CancellationToken ct)
    {
        if (_work is { IsCompleted: false })
            return;
        var over = files.ToLookup(path => _runs.GetValueOrDefault(path)?.Exit is not null || IsHistory(path));
        foreach (var path in over[true])
            settle(path);
        List<string> open = [.. over[false]];
        if (open.Count > 0)
            _work = Task.Run(() => Look(open, ct), CancellationToken.None);
    }

    public Task SettleAsync() => _work ?? Task.CompletedTask;

    private bool IsHistory(string path) => FileStamp.Of(path) is { } stamp && time.GetUtcNow() - stamp.Modified > Recent;

    private void Look(List<string> files, CancellationToken ct)
    {
        foreach (var path in files)
        {
            if (ct.IsCancellationRequested)
                return;
            if (FileStamp.Of(path) is not { Length: > RunFileFormat.HeaderBytes } stamp)
                continue;
            var known = _runs.GetValueOrDefault(path);
            if (known?.Stamp == stamp || known?.Exit is not null)
                continue;
            try
            {
                var now = Read(path, known, ct) with { Stamp = stamp };
                _runs[path] = now;
                if (now.Run is { } run)
                    observer.Progress(new RunProgress(path, options.PathOf(run), now.Phase, stamp.Length, now.Offset, now.Rows));
            }
            catch (Exception exception) when (ReadFailure.Is(exception) || exception is InvalidProtocolBufferException)
            {
                // Only looked at: what cannot be read is the SDK's matter.
                _runs[path] = (known ?? Observed.Nothing) with { Stamp = stamp };
            }
        }
    }

    private static Observed Read(string path, Observed? known, CancellationToken ct)
    {
        using var reader = RunFileReader.Open(path, known?.Offset ?? 0, follow: true);
        var (run, rows, exit) = (known?.Run, known?.Rows ?? 0, known?.Exit);
        while (!ct.IsCancellationRequested)
        {
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData)
                break;
            if (result.Kind != RecordReadKind.Record || !RecordEnvelope.TryParse(result.Payload, out var record))
                continue;
            if (record.Kind == RecordKind.History)
                rows++;
            else if (record.Kind == RecordKind.Run)
                run ??= RunRecord.Parser.ParseFrom(record.Body);
            else if (record.Kind == RecordKind.Exit)
                exit = RunExitRecord.Parser.ParseFrom(record.Body).ExitCode;
        }
        return new Observed(default, reader.ResumeOffset, run, rows, exit);
    }

    /// <param name="Offset">Read so far.</param>
    private sealed record Observed(FileStamp Stamp, long Offset, RunRecord? Run, long Rows, int? Exit)
    {
        public static Observed Nothing { get; } = new(default, 0, null, 0, null);

        public string Phase => Exit is { } code ? string.Create(CultureInfo.InvariantCulture, $"observed, exit {code}") : "observed";
    }
}
