using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>One entry of a container's <c>env</c>.</summary>
internal sealed record EnvEntry(string Name, JsonObject Json)
{
    /// <summary>As it is written, with its <c>$(VAR)</c>; null when the value comes from elsewhere. An entry without a value is the empty string.</summary>
    public string? Literal => Json["valueFrom"] is null ? JsonRead.Text(Json["value"]) ?? "" : null;
}
