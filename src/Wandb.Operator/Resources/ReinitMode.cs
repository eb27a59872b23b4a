using System.Text.Json.Serialization;

namespace Wandb.Operator.Resources;

/// <summary><c>wandb.init(reinit=…)</c>.</summary>
internal enum ReinitMode
{
    [JsonStringEnumMemberName("default")]
    Default,

    [JsonStringEnumMemberName("return_previous")]
    ReturnPrevious,

    [JsonStringEnumMemberName("finish_previous")]
    FinishPrevious,

    [JsonStringEnumMemberName("create_new")]
    CreateNew,
}
