using Wandb.Agent.Ends;
using Wandb.Contract;

namespace Wandb.Agent.Reports;

/// <summary>Keeps the operator informed about work that ends by itself, from its making on; disposing it gives the last word.</summary>
internal sealed class OperatorKeeper : IAsyncDisposable
{
    private readonly RunBoard _board;
    private readonly OperatorClient _client;
    private readonly OperatorLink _link;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public OperatorKeeper(OperatorAddress address, RunBoard board, TimeProvider time)
    {
        _board = board;
        _client = new OperatorClient(address, time);
        // How containers of this pod end says nothing about the runs of others.
        _link = new OperatorLink(_client, new AnswerFile([], ""), new ToldEnds(static _ => ""), board, time);
        _loop = new ReportLoop(board, () => ReportPace.Operator, time, _link.GiveAsync).RunAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _board.Become(AgentState.Done);
        await _link.GiveLastAsync(_board.Report, CancellationToken.None);
        _client.Dispose();
        _end.Dispose();
    }
}
