using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>Which pods of a distributed training log.</summary>
internal enum RankPolicy
{
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>The pod with rank 0.</summary>
    [JsonStringEnumMemberName("zero")]
    Zero,

    /// <summary>The pods with local rank 0.</summary>
    [JsonStringEnumMemberName("perNode")]
    PerNode,
}
