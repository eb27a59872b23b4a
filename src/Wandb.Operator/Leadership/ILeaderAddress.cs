using System.Net;

namespace Wandb.Operator.Leadership;

/// <summary>Where the leader is, as far as it is known. Answers at once; safe for concurrent use.</summary>
internal interface ILeaderAddress
{
    /// <summary>Null: nobody leads, it is not known where, or it is this replica.</summary>
    IPEndPoint? Leader { get; }
}
