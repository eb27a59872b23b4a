using System.Text.Json;
using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;

namespace Wandb.Operator.Profiles;

/// <summary>Two statuses to their difference: how conditions and references stand is waited for, numbers and sentences are not.</summary>
internal static class ProfileStatusChange
{
    public static StatusChange Between(WandbProfileStatus? before, WandbProfileStatus after)
    {
        if (before is null)
            return StatusChange.State;
        if (AreEqual(before, after))
            return StatusChange.None;
        return AreEqual(State(before), State(after)) ? StatusChange.Progress : StatusChange.State;
    }

    // As JSON: absent is the same as null.
    private static bool AreEqual(WandbProfileStatus one, WandbProfileStatus other) =>
        JsonElement.DeepEquals(
            JsonSerializer.SerializeToElement(one, OperatorJson.Default.WandbProfileStatus),
            JsonSerializer.SerializeToElement(other, OperatorJson.Default.WandbProfileStatus));

    private static WandbProfileStatus State(WandbProfileStatus status) =>
        status with { Runs = null, Conditions = [.. (status.Conditions ?? []).Select(condition => condition with { Message = "" })] };
}
