using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary>Who uploads.</summary>
internal enum RunMode
{
    [JsonStringEnumMemberName("offline")]
    Offline,

    [JsonStringEnumMemberName("online")]
    Online,

    [JsonStringEnumMemberName("shared")]
    Shared,

    [JsonStringEnumMemberName("disabled")]
    Disabled,

    /// <summary>The SDK's old word for offline.</summary>
    [JsonStringEnumMemberName("dryrun")]
    DryRun,
}
