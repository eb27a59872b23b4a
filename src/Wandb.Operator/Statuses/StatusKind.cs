using System.Text.Json.Serialization.Metadata;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Statuses;

/// <summary>A kind of ours whose status is written.</summary>
internal sealed record StatusKind<T, TStatus>
    where T : class
    where TStatus : class
{
    /// <summary>E.g. <c>WandbRun</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>E.g. <c>wandbruns</c>.</summary>
    public required string Plural { get; init; }

    public required Func<T, ObjectMeta> Metadata { get; init; }

    public required Func<T, TStatus?> Status { get; init; }

    /// <summary>From the status as it was written last, or null, to the one that should be.</summary>
    public required Func<TStatus?, TStatus, StatusChange> Change { get; init; }

    public required JsonTypeInfo<TStatus> Type { get; init; }
}
