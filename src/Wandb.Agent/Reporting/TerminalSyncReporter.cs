using System.Globalization;
using System.Text;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Reporting;

/// <summary>
/// For a person at a terminal: progress of each run, drawn over itself a few times a second, and a table at the end. The observer's
/// methods only take notes: a terminal that is stopped (Ctrl-S) stops no sync. The screen is written by the timer and by <see cref="Close"/>.
/// </summary>
internal sealed class TerminalSyncReporter : ISyncReporter
{
    private const string ClearBelow = "\u001b[J";

    // Fast enough to be alive, slow enough for a terminal behind a slow line.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly LineOutput _output;
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly LiveState _state;
    private readonly ITimer _timer;
    private readonly int _total;
    private readonly long _started;

    // Guards the screen: who draws, and how many lines of progress stand above the cursor.
    private readonly Lock _screen = new();
    private int _drawn;
    private bool _closed;

    /// <param name="total">Run files that will be synced.</param>
    public TerminalSyncReporter(TextWriter output, Terminal terminal, int total, TimeProvider time)
    {
        _output = new LineOutput(output);
        (_terminal, _total, _time, _started) = (terminal, total, time, time.GetTimestamp());
        _state = new LiveState(time);
        _timer = time.CreateTimer(_ => DrawIfFree(), null, Interval, Interval);
    }

    public void Problem(PathProblem problem) => _state.AddLine(RunText.Line(problem));

    public void Progress(RunProgress progress) => _state.Progress(progress);

    public void Note(string file, string message) => _state.AddLine(RunText.Note(file, message));

    public void Waiting(string what, string reason, TimeSpan delay, int attempt) => _state.Waiting(what, reason, delay, attempt);

    public void Finished(RunReport report) => _state.Finished(report.File);

    public void Close(IReadOnlyList<RunReport> reports, IReadOnlyList<PathProblem> problems)
    {
        var columns = _terminal.Size().Columns;
        var totals = RunText.Totals(reports, problems, _time.GetElapsedTime(_started));
        Draw([.. ClosingTable.Lines(reports, columns, Colour), .. TerminalText.Wrap(totals, columns - 1)], isLast: true);
    }

    /// <summary>Takes the progress away, also when the sync ended before its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        Draw([], isLast: true);
    }

    private void DrawIfFree()
    {
        // A terminal that takes longer than the interval must not gather a queue of drawings.
        if (!_screen.TryEnter())
            return;
        try
        {
            Draw([], isLast: false);
        }
        finally
        {
            _screen.Exit();
        }
    }

    private void Draw(IReadOnlyList<string> closing, bool isLast)
    {
        lock (_screen)
        {
            if (_closed)
                return;
            _closed = isLast;
            var (columns, rows) = _terminal.Size();
            var frame = isLast ? [] : LiveFrame.Lines(_state.Snapshot(), _total, columns, rows);
            var text = new StringBuilder();
            // The column may be any: the terminal itself writes ^C where the cursor is.
            if (_drawn > 0)
                text.Append(CultureInfo.InvariantCulture, $"\r\u001b[{_drawn}A").Append(ClearBelow);
            foreach (var line in _state.TakeLines().Concat(closing).Concat(frame))
                text.Append(line).Append('\n');
            _drawn = frame.Count;
            _output.WriteText(text.ToString());
        }
    }

    private string Colour(SyncResult result, string text)
    {
        var code = result switch
        {
            SyncResult.Synced => 32,
            SyncResult.Unfinished => 33,
            SyncResult.Incomplete or SyncResult.Unusable => 31,
            _ => 2,
        };
        return _terminal.HasColour ? $"\u001b[{code}m{text}\u001b[0m" : text;
    }
}
