using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;

namespace Wandb.Operator.Profiles;

/// <summary>The status of a WandbProfile: how conditions and references stand is waited for, numbers and sentences are not.</summary>
internal static class ProfileStatusKind
{
    public static StatusKind<WandbProfile, WandbProfileStatus> Value { get; } = new()
    {
        Kind = WandbProfile.KindName,
        Plural = ResourceNames.Profiles,
        Metadata = static profile => profile.Metadata,
        Status = static profile => profile.Status,
        State = State,
        Type = OperatorJson.Default.WandbProfileStatus,
    };

    private static WandbProfileStatus State(WandbProfileStatus status) =>
        status with { Runs = null, Conditions = [.. (status.Conditions ?? []).Select(condition => condition with { Message = "" })] };
}
