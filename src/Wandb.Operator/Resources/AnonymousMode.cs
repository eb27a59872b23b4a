using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary><c>wandb.init(anonymous=…)</c>.</summary>
internal enum AnonymousMode
{
    [JsonStringEnumMemberName("allow")]
    Allow,

    [JsonStringEnumMemberName("never")]
    Never,

    [JsonStringEnumMemberName("must")]
    Must,
}
