using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary><c>wandb.init(resume=…)</c>.</summary>
internal enum ResumeMode
{
    [JsonStringEnumMemberName("allow")]
    Allow,

    [JsonStringEnumMemberName("must")]
    Must,

    [JsonStringEnumMemberName("never")]
    Never,

    [JsonStringEnumMemberName("auto")]
    Auto,
}
