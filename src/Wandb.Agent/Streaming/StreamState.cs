using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Agent.Records;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Turns records into bodies of file-stream requests. Rows are written straight into the body that is sent next; events and console lines wait beside it.
/// A line number is given once and never changes, so that sending a body again does no harm. Not thread-safe.
/// </summary>
/// <param name="pool">Where bodies come from; says when one is full.</param>
/// <param name="firstBodyBytes">How long the first body is likely to be; 0: not known.</param>
internal sealed class StreamState(ItemPathTable paths, StreamLines lines, BodyPool pool, int firstBodyBytes = 0)
{
    // The number of a body's first row is filled in when the body is sealed; blanks before a number are nothing in JSON.
    private static ReadOnlySpan<byte> OffsetPlace => "                    "u8;

    private readonly HistoryLine _historyLine = new(paths);
    private readonly LineBuffer _events = new(4096);
    private readonly LineBuffer _scratch = new(4096);
    private readonly PendingConsole _console = new();
    private readonly List<string> _uploaded = [];
    private int _bodyBytes = pool.BodyBytes;
    private int _largeBodyBytes = pool.LargeBodyBytes;
    private LineBuffer? _body;
    private int _lastBodyBytes = firstBodyBytes;
    private int _rowsInBody;
    private int _lastRowAt;
    private int _rowsOffsetAt;
    private int _eventsInBody;
    private bool _preempting;

    /// <summary>Line numbers of all lines taken so far, sent or not.</summary>
    public StreamLines Lines { get; private set; } = lines;

    /// <summary>Bytes of the last row, unescaped; what a limit on lines is compared with.</summary>
    public int LastLineBytes { get; private set; }

    public bool IsFull => Size >= _bodyBytes;

    /// <summary>Whether even a large body is full, see <see cref="StreamFiles.LargeBodyBytes"/>.</summary>
    public bool IsLarge => Size >= _largeBodyBytes;

    /// <summary>Whether console lines wait that the next request cannot take, because they do not follow each other.</summary>
    public bool HasConsole => _console.Count > 0;

    /// <summary>Whether a request would carry anything but the summary.</summary>
    public bool HasPending => _rowsInBody > 0 || _eventsInBody > 0 || _console.Count > 0 || _uploaded.Count > 0 || _preempting;

    private long Size => (_body?.Length ?? 0) + _events.Length + _console.Characters;

    /// <summary>
    /// Takes a history record. A row over the limit is refused: the outcome is Appended, and <paramref name="tooLong"/> holds its line, or nothing where
    /// the values alone are over the limit.
    /// </summary>
    public RowOutcome AddRow(ReadOnlySpan<byte> record, out byte[]? tooLong)
    {
        tooLong = null;
        if (record.Length > StreamFiles.MaxLineBytes && HistoryLine.ValueBytes(record) is > StreamFiles.MaxLineBytes and var bytes)
        {
            (LastLineBytes, tooLong) = ((int)bytes, []);
            return RowOutcome.Appended;
        }
        var body = _body ??= NewBody();
        // A long row: one array for all of it.
        if (record.Length > _bodyBytes)
            body.Reserve(record);
        var start = body.Length;
        if (_rowsInBody == 0)
            StartRows(body);
        else
            body.Append((byte)',');
        var line = body.Length;
        var outcome = _historyLine.Append(record, body);
        LastLineBytes = _historyLine.LineBytes;
        if (outcome == RowOutcome.Appended && LastLineBytes > StreamFiles.MaxLineBytes)
            tooLong = body.WrittenSpan[line..].ToArray();
        if (outcome != RowOutcome.Appended || tooLong is not null || Lines.History.NextIsOnServer)
            body.Truncate(start);
        else
            (_rowsInBody, _lastRowAt) = (_rowsInBody + 1, line);
        if (outcome == RowOutcome.Appended && tooLong is null)
            Lines = Lines with { History = Lines.History.Advance() };
        return outcome;
    }

    public RowOutcome AddEvent(ReadOnlySpan<byte> record, DateTimeOffset runStart)
    {
        _scratch.Clear();
        var outcome = EventLine.Append(record, runStart, _scratch);
        if (outcome != RowOutcome.Appended)
            return outcome;
        if (!Lines.Events.NextIsOnServer)
        {
            AppendLine(_events, _scratch.WrittenSpan, first: _eventsInBody == 0);
            _eventsInBody++;
        }
        Lines = Lines with { Events = Lines.Events.Advance() };
        return outcome;
    }

    /// <param name="number">Line number within this run file; may go back: a progress bar rewrites its line, and what waits of it is replaced.</param>
    public void AddConsole(long number, string line)
    {
        _console.Put(new ConsoleChange(Lines.Console.Base + number, line));
        Lines = Lines with { Console = Lines.Console with { Count = Math.Max(Lines.Console.Count, number + 1) } };
    }

    /// <summary>Server number of the first console line that is counted and in no sealed body; null: none waits.</summary>
    public long? FirstConsoleDue => _console.Count > 0 ? _console.Lines[0].Line : null;

    /// <summary>The last row of the body under construction, with the number that the first one will have; null: it has none yet.</summary>
    public StreamPiece? LastRow => _body is { } body && _rowsInBody > 0
        ? new StreamPiece(StreamFiles.History, Lines.History.Next - _rowsInBody, [Encoding.UTF8.GetString(body.WrittenSpan[_lastRowAt..])])
        : null;

    /// <summary>
    /// Takes note that lines which were already counted will never be on the server: those behind them move up. Lines of the body under construction
    /// have their number only when it is sealed.
    /// </summary>
    public void SetAside(long rows, long events) => Lines = Lines with
    {
        History = Lines.History with { Base = Lines.History.Base - rows },
        Events = Lines.Events with { Base = Lines.Events.Base - events },
    };

    /// <summary>Names files that the server has now; it is told with the next request.</summary>
    public void AddUploaded(IEnumerable<string> names) => _uploaded.AddRange(names);

    public void SetPreempting() => _preempting = true;

    /// <summary>Takes note that the server, or a proxy before it, does not take bodies of this size: those to come are a quarter of it at most.</summary>
    public void LimitBodies(int refusedBytes)
    {
        _largeBodyBytes = Math.Min(_largeBodyBytes, Math.Max(StreamFiles.LeastBodyBytes, refusedBytes / 4));
        _bodyBytes = Math.Min(_bodyBytes, _largeBodyBytes);
    }

    /// <summary>Closes the body under construction. The caller gives the buffer back with <see cref="Return"/> when the server has it.</summary>
    /// <param name="summary">The summary to send along, as JSON; empty when it did not change.</param>
    /// <param name="exitCode">Ends the run on the server; only with the last body, when nothing else is left.</param>
    public LineBuffer Seal(ReadOnlySpan<byte> summary, int? exitCode)
    {
        var body = _body ?? NewBody();
        var any = _rowsInBody > 0;
        if (any)
        {
            body.Append("]}"u8);
            body.Overwrite(_rowsOffsetAt, Lines.History.Next - _rowsInBody);
        }
        if (_eventsInBody > 0)
        {
            StartFile(body, StreamFiles.Events, Lines.Events.Next - _eventsInBody, ref any);
            body.Append(_events.WrittenSpan);
            body.Append("]}"u8);
            _events.Clear();
        }
        if (!summary.IsEmpty)
        {
            StartFile(body, StreamFiles.Summary, 0, ref any);
            AppendLine(body, summary, first: true);
            body.Append("]}"u8);
        }
        SealConsole(body, ref any);
        if (any)
            body.Append((byte)'}');
        else
            body.Truncate(1);
        SealFlags(body, any, exitCode);
        _body = null;
        _lastBodyBytes = body.Length;
        (_rowsInBody, _eventsInBody) = (0, 0);
        return body;
    }

    /// <summary>Gives a sealed buffer back for reuse.</summary>
    public void Return(LineBuffer body) => pool.Return(body);

    /// <summary>One request carries one contiguous run of console lines: that is how the server takes them.</summary>
    private void SealConsole(LineBuffer body, ref bool any)
    {
        // A body that one long row filled has no room; the lines wait for the next one.
        if (_console.Count == 0 || body.Length >= 2 * _bodyBytes)
            return;
        var lines = _console.Lines;
        var taken = 0;
        StartFile(body, StreamFiles.Console, lines[0].Line, ref any);
        for (; taken < lines.Length && lines[taken].Line == lines[0].Line + taken && body.Length < 2 * _bodyBytes; taken++)
            AppendText(body, lines[taken].Text, first: taken == 0);
        _console.Take(taken);
        body.Append("]}"u8);
    }

    private void SealFlags(LineBuffer body, bool any, int? exitCode)
    {
        if (_uploaded.Count > 0)
        {
            Separate(body, ref any);
            body.Append("\"uploaded\":["u8);
            for (var i = 0; i < _uploaded.Count; i++)
                AppendText(body, _uploaded[i], first: i == 0);
            body.Append((byte)']');
            _uploaded.Clear();
        }
        if (_preempting)
        {
            Separate(body, ref any);
            body.Append("\"preempting\":true"u8);
            _preempting = false;
        }
        if (exitCode is { } code)
        {
            Separate(body, ref any);
            body.Append("\"complete\":true,\"exitcode\":"u8);
            body.Append(code);
        }
        body.Append((byte)'}');
    }

    private void StartRows(LineBuffer body)
    {
        body.Append("\"wandb-history.jsonl\":{\"offset\":"u8);
        _rowsOffsetAt = body.Length;
        body.Append(OffsetPlace);
        body.Append(",\"content\":["u8);
    }

    private static void StartFile(LineBuffer body, string name, long offset, ref bool any)
    {
        Separate(body, ref any);
        body.Append((byte)'"');
        body.Append(Encoding.ASCII.GetBytes(name));
        body.Append("\":{\"offset\":"u8);
        body.Append(offset);
        body.Append(",\"content\":["u8);
    }

    private static void Separate(LineBuffer body, ref bool any)
    {
        if (any)
            body.Append((byte)',');
        any = true;
    }

    private static void AppendLine(LineBuffer target, ReadOnlySpan<byte> line, bool first)
    {
        target.Append(first ? "\""u8 : ",\""u8);
        if (line.Length > StreamFiles.BodyBytes)
            target.Reserve(line);
        target.AppendEscaped(line);
        target.Append((byte)'"');
    }

    private static void AppendText(LineBuffer target, string text, bool first)
    {
        target.Append(first ? "\""u8 : ",\""u8);
        target.Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        target.Append((byte)'"');
    }

    private LineBuffer NewBody()
    {
        var body = pool.Rent(_lastBodyBytes);
        body.Append("{\"files\":{"u8);
        return body;
    }
}

/// <summary>The line counters of one run file's streams.</summary>
internal readonly record struct StreamLines(LineCounter History, LineCounter Events, LineCounter Console);
