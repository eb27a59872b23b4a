using Wandb.Agent.Locks;
using Wandb.Agent.Telemetry;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>
/// Keeps <c>status.json</c> of each root and the gauges as the board is, from its making on; disposing it writes the last word.
/// </summary>
internal sealed class StatusKeeper : IAsyncDisposable
{
    private readonly RunBoard _board;
    private readonly IReadOnlyList<StatusFile> _files;
    private readonly AgentTelemetry _telemetry;
    private readonly StatusLocks _locks;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    /// <param name="files">One for each root.</param>
    public StatusKeeper(RunBoard board, IReadOnlyList<StatusFile> files, AgentTelemetry telemetry, TimeProvider time)
    {
        (_board, _files, _telemetry) = (board, files, telemetry);
        _locks = new StatusLocks(new LockOwner(Environment.ProcessId, Environment.MachineName, time.GetUtcNow()));
        _loop = new ReportLoop(board, () => ReportPace.StatusFile, time, GiveAsync).RunAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        await GiveAsync(_board.Report(), CancellationToken.None);
        _locks.Dispose();
        _end.Dispose();
    }

    private Task GiveAsync(AgentReport report, CancellationToken ct)
    {
        _telemetry.Stands(report);
        string? problem = null;
        foreach (var file in _files)
            problem = file.Write(report, _locks) ?? problem;
        _board.Problems.Tell("status", problem);
        return Task.CompletedTask;
    }
}
