using System.Net;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Leadership;

/// <summary>Without leader election: the only replica leads as long as it lives.</summary>
internal sealed class SoleLeader : ILeadership, ILeaderAddress
{
    public bool IsLeader => true;

    public int Term => 0;

    public IPEndPoint? Leader => null;

    public ValueTask<CancellationToken> WaitForLeadershipAsync(CancellationToken ct) => ValueTask.FromResult(CancellationToken.None);
}
