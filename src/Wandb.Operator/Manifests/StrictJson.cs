using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wandb.Operator.Manifests;

/// <summary>What people have written: a field that does not exist is a mistake, which would be ignored for weeks.</summary>
internal static class StrictJson
{
    public static OperatorJson Default { get; } =
        new(new JsonSerializerOptions(OperatorJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow });
}
