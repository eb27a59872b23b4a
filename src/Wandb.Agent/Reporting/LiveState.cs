namespace Wandb.Agent.Reporting;

/// <summary>Gathers what a sync reports until the next time it is drawn. Thread-safe; never waits for a terminal.</summary>
internal sealed class LiveState(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, (RunProgress First, long Since, RunProgress Last)> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Reason, long Since, TimeSpan Delay, int Attempt)> _waits = new(StringComparer.Ordinal);
    private List<string> _lines = [];
    private int _done;

    public void Progress(RunProgress progress)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_runs.TryGetValue(progress.File, out var run))
                _runs[progress.File] = run with { Last = progress };
            else
                _runs.Add(progress.File, (progress, now, progress));
        }
    }

    public void Waiting(string what, string reason, TimeSpan delay, int attempt)
    {
        var now = time.GetTimestamp();
        lock (_gate)
            _waits[what] = (reason, now, delay, attempt);
    }

    /// <summary>A line that stays on the screen above the progress.</summary>
    public void AddLine(string line)
    {
        lock (_gate)
            _lines.Add(line);
    }

    public void Finished(string file)
    {
        lock (_gate)
        {
            _runs.Remove(file);
            _done++;
        }
    }

    /// <summary>The lines since the last call.</summary>
    public IReadOnlyList<string> TakeLines()
    {
        lock (_gate)
        {
            var lines = _lines;
            _lines = [];
            return lines;
        }
    }

    public LiveSnapshot Snapshot()
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            // A wait is over when its time is; whoever still waits says so again.
            foreach (var (what, wait) in _waits)
            {
                if (time.GetElapsedTime(wait.Since, now) >= wait.Delay)
                    _waits.Remove(what);
            }
            return new LiveSnapshot(
                [.. _runs.Values.Select(run => Live(run.First, run.Last, time.GetElapsedTime(run.Since, now)))],
                [.. _waits.Select(wait => Words(wait.Key, wait.Value, time.GetElapsedTime(wait.Value.Since, now)))],
                _done,
                time.GetElapsedTime(_started, now));
        }
    }

    private static string Words(string what, (string Reason, long Since, TimeSpan Delay, int Attempt) wait, TimeSpan elapsed) =>
        RunText.Waiting(what, wait.Reason, wait.Delay - elapsed, wait.Attempt);

    private static LiveRun Live(RunProgress first, RunProgress last, TimeSpan elapsed) => new(
        RunText.Name(last.Run, last.File), last.Phase, last.FileBytes, last.ReadBytes, last.Rows,
        // In the first moment a rate would be noise.
        elapsed > TimeSpan.FromSeconds(0.5) ? (last.ReadBytes - first.ReadBytes) / elapsed.TotalSeconds : 0);
}
