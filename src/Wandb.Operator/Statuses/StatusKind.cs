using System.Text.Json;
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

    /// <summary>What is left of a status when figures, times and sentences are taken out, which go on as long as runs do.</summary>
    public required Func<TStatus, TStatus> State { get; init; }

    public required JsonTypeInfo<TStatus> Type { get; init; }

    /// <param name="before">As it was written, or as it came back; null: there is none.</param>
    /// <param name="after">As it should be.</param>
    public StatusChange Change(TStatus? before, TStatus after) => before is null ? StatusChange.State
        : AreEqual(before, after) ? StatusChange.None
        : AreEqual(State(before), State(after)) ? StatusChange.Progress
        : StatusChange.State;

    // As JSON: an API server writes 1.0 as 1, and absent is the same as null.
    private bool AreEqual(TStatus one, TStatus other) =>
        JsonElement.DeepEquals(JsonSerializer.SerializeToElement(one, Type), JsonSerializer.SerializeToElement(other, Type));
}
