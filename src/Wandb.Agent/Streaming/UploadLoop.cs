using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Sends the bodies of one run, one request at a time and in order; the next body is built while one is on its way.
/// A body that the server refuses for its content is sent again in pieces, see <see cref="RefusedBodySalvage"/>.
/// </summary>
/// <param name="refused">Takes the lines that the server refused for good.</param>
internal sealed class UploadLoop(StreamClient client, RunPath run, bool gzip, StreamState stream, Quarantine quarantine, RefusedLines refused)
{
    /// <summary>When so many requests were refused for their content, the server wants nothing of this run.</summary>
    public const int MaxRefusals = 64;

    private const int TooLarge = 413;

    private static ReadOnlySpan<byte> BeginWithLines => "{\"files\":"u8;

    private Task<StreamOutcome>? _inFlight;
    private LineBuffer? _body;
    private Action? _acknowledged;
    private Action<BodyProgress>? _inPart;
    private int _refusals;

    // The server took lines of this run.
    private bool _hasTakenLines;

    /// <summary>Requests that the server accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>Somebody pressed Stop on the run's page.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Starts to send a body; the one before must be settled.</summary>
    /// <param name="acknowledged">Called when the server has all of it.</param>
    /// <param name="inPart">Called before that, again and again, when the server takes it only in parts.</param>
    public void Start(LineBuffer body, Action acknowledged, Action<BodyProgress> inPart, CancellationToken ct)
    {
        if (_inFlight is not null)
            throw new InvalidOperationException("A request is still on its way");
        (_body, _acknowledged, _inPart) = (body, acknowledged, inPart);
        // On its own thread: compressing and writing the body must not keep the reader from going on.
        _inFlight = Task.Run(() => PostAsync(body.WrittenMemory, ct), ct);
    }

    /// <summary>Waits for the request on its way, if there is one.</summary>
    /// <returns>Why nothing more can be sent for this run; null when all is well.</returns>
    public async Task<ApiFailure?> SettleAsync(CancellationToken ct)
    {
        if (_inFlight is null)
            return null;
        var outcome = await _inFlight;
        _inFlight = null;
        var body = _body ?? throw new UnreachableException();
        var failure = outcome is StreamOutcome.Rejected rejected && RefusedBodySalvage.IsAboutContent(rejected.Status)
            ? await SalvageAsync(body, rejected, ct)
            : Judge(outcome);
        if (failure is null)
        {
            _hasTakenLines |= outcome is StreamOutcome.Accepted && body.WrittenSpan.StartsWith(BeginWithLines);
            _acknowledged?.Invoke();
        }
        stream.Return(body);
        return failure;
    }

    /// <summary>Tells the server that the run lives. Touches nothing of the stream's state: that may be worked on meanwhile.</summary>
    public async Task<ApiFailure?> SendHeartbeatAsync(CancellationToken ct)
    {
        if (_inFlight is not null)
            throw new InvalidOperationException("A request is still on its way");
        return Judge(await PostAsync(StreamFiles.EmptyBody, ct));
    }

    /// <summary>Waits for a request whose answer does not matter any more; its token is cancelled.</summary>
    public async Task AbandonAsync()
    {
        if (_inFlight is null)
            return;
        try
        {
            await _inFlight;
        }
        catch (OperationCanceledException)
        {
            // That is what was asked for.
        }
        _inFlight = null;
    }

    private static ApiFailure? Judge(StreamOutcome outcome) => outcome switch
    {
        StreamOutcome.Accepted => null,
        StreamOutcome.Rejected rejected => ApiFailure.From(new HttpOutcome.Rejected(rejected.Status, rejected.Message)),
        StreamOutcome.GaveUp gaveUp => new ApiFailure.GaveUp(gaveUp.Tries, gaveUp.LastReason),
        _ => throw new UnreachableException(),
    };

    /// <summary>Sends what a refused body holds; when every line was taken in the end, it was their sum that the server did not want.</summary>
    private async Task<ApiFailure?> SalvageAsync(LineBuffer body, StreamOutcome.Rejected rejected, CancellationToken ct)
    {
        var (pieces, flags) = RefusedBody.TakeApart(body.WrittenMemory);
        if (pieces.Count == 0)
            return Judge(rejected);
        var before = refused.Count;
        var salvage = new RefusedBodySalvage(part => PostAsync(part, ct), progress => _inPart?.Invoke(progress), SetAside, MaxRefusals - _refusals);
        var end = await salvage.SendAsync(pieces, rejected, isKnown: pieces.Count == 1 && flags is null, _hasTakenLines, stream.LastRow);
        _hasTakenLines |= salvage.HasTaken;
        if (end is not null || refused.Count > before)
            _refusals += salvage.Refusals;
        else if (rejected.Status == TooLarge)
            stream.LimitBodies(body.Length);
        if (end is not null)
            return Judge(end);
        return flags is null ? null : Judge(await PostAsync(flags, ct));
    }

    private async Task<StreamOutcome> PostAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var outcome = await client.PostAsync(run, body, gzip, ct);
        if (outcome is StreamOutcome.Accepted accepted)
        {
            Accepted++;
            StopRequested |= accepted.StopRequested;
        }
        return outcome;
    }

    private void SetAside(StreamPiece piece, StreamOutcome.Rejected rejected)
    {
        var line = JsonSerializer.Deserialize(piece.Lines[0], AgentJson.Default.String) ?? "";
        refused.Add(quarantine.Add($"{piece.File}-line-{piece.Offset}", $"HTTP {rejected.Status}: {rejected.Message}", Encoding.UTF8.GetBytes(line)));
        var (rows, events) = (piece.File == StreamFiles.History ? 1 : 0, piece.File == StreamFiles.Events ? 1 : 0);
        // The lines behind it move up.
        stream.SetAside(rows, events);
        _inPart?.Invoke(new BodyProgress(piece.File, piece.Offset + 1 - rows - events));
    }
}
