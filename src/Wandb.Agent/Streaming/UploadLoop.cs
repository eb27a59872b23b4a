using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Wandb.Agent.Http;
using Wandb.Agent.Receipts;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Sends the bodies of one run, one request at a time and in order; the next body is built while one is on its way.
/// A body that the server refuses for its content is sent again in halves, until the lines are found that it does not take: those are set aside.
/// </summary>
/// <param name="refused">Takes the lines that the server refused for good.</param>
internal sealed class UploadLoop(StreamClient client, RunPath run, bool gzip, StreamState stream, Quarantine quarantine, RefusedLines refused)
{
    /// <summary>When so many requests were refused for their content, the server wants nothing of this run.</summary>
    private const int MaxRefusals = 64;

    private const int TooLarge = 413;

    private Task<StreamOutcome>? _inFlight;
    private LineBuffer? _body;
    private Action? _acknowledged;
    private Action<BodyProgress>? _inPart;
    private int _refusals;

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
        _inFlight = Task.Run(() => client.PostAsync(run, body.WrittenMemory, gzip, ct), ct);
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
        var failure = outcome is StreamOutcome.Rejected rejected && IsAboutContent(rejected.Status)
            ? await SalvageAsync(body, rejected, ct)
            : Judge(outcome);
        if (failure is null)
            _acknowledged?.Invoke();
        stream.Return(body);
        return failure;
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

    /// <summary>400 bad request, 413 too large, 422 not processable: other statuses say nothing about the lines.</summary>
    private static bool IsAboutContent(int status) => status is 400 or TooLarge or 422;

    private ApiFailure? Judge(StreamOutcome outcome)
    {
        switch (outcome)
        {
            case StreamOutcome.Accepted accepted:
                Accepted++;
                StopRequested |= accepted.StopRequested;
                return null;
            case StreamOutcome.Rejected rejected:
                return ApiFailure.From(new HttpOutcome.Rejected(rejected.Status, rejected.Message));
            case StreamOutcome.GaveUp gaveUp:
                return new ApiFailure.GaveUp(gaveUp.Tries, gaveUp.LastReason);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Sends what a refused body holds; when every line was taken in the end, it was their sum that the server did not want.</summary>
    private async Task<ApiFailure?> SalvageAsync(LineBuffer body, StreamOutcome.Rejected rejected, CancellationToken ct)
    {
        var (refusals, setAside) = (_refusals, refused.Count);
        var failure = await SalvageAsync(body.WrittenMemory.ToArray(), rejected, ct);
        if (failure is not null || refused.Count > setAside)
            return failure;
        _refusals = refusals;
        if (rejected.Status == TooLarge)
            stream.LimitBodies(body.Length);
        return null;
    }

    private async Task<ApiFailure?> SalvageAsync(ReadOnlyMemory<byte> body, StreamOutcome.Rejected rejected, CancellationToken ct)
    {
        var (pieces, flags) = RefusedBody.TakeApart(body);
        if (pieces.Count == 0)
            return Judge(rejected);
        foreach (var piece in pieces)
        {
            var (_, failure) = await SendPieceAsync(piece, rejected, sendFirst: pieces.Count > 1 || flags is not null, ct);
            if (failure is not null)
                return failure;
        }
        return flags is null ? null : Judge(await client.PostAsync(run, flags, gzip, ct));
    }

    /// <returns>How many lines of the piece were set aside.</returns>
    private async Task<(int SetAside, ApiFailure? Failure)> SendPieceAsync(
        StreamPiece piece, StreamOutcome.Rejected rejected, bool sendFirst, CancellationToken ct)
    {
        if (sendFirst)
        {
            var outcome = await client.PostAsync(run, piece.ToBody(), gzip, ct);
            if (outcome is not StreamOutcome.Rejected again || !IsAboutContent(again.Status))
                return (0, Taken(piece, Judge(outcome)));
            rejected = again;
        }
        if (++_refusals > MaxRefusals)
            return (0, Judge(rejected));
        if (piece.Lines.Count == 1)
            return (SetAside(piece, rejected), null);
        var (first, second) = piece.Halves();
        var (missing, failure) = await SendPieceAsync(first, rejected, sendFirst: true, ct);
        if (failure is not null)
            return (missing, failure);
        var (more, laterFailure) = await SendPieceAsync(second with { Offset = second.Offset - missing }, rejected, sendFirst: true, ct);
        return (missing + more, laterFailure);
    }

    private ApiFailure? Taken(StreamPiece piece, ApiFailure? failure)
    {
        if (failure is null)
            _inPart?.Invoke(new BodyProgress(piece.File, piece.Offset + piece.Lines.Count));
        return failure;
    }

    /// <returns>How far the lines behind it move up: console lines keep their numbers, because the terminal decides them.</returns>
    private int SetAside(StreamPiece piece, StreamOutcome.Rejected rejected)
    {
        var line = JsonSerializer.Deserialize(piece.Lines[0], AgentJson.Default.String) ?? "";
        refused.Add(quarantine.Add($"{piece.File}-line-{piece.Offset}", $"HTTP {rejected.Status}: {rejected.Message}", Encoding.UTF8.GetBytes(line)));
        var (rows, events) = (piece.File == StreamFiles.History ? 1 : 0, piece.File == StreamFiles.Events ? 1 : 0);
        stream.SetAside(rows, events);
        _inPart?.Invoke(new BodyProgress(piece.File, piece.Offset + 1 - rows - events));
        return rows + events;
    }
}
