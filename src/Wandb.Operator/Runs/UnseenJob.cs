using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>A Job whose metadata ask for a WandbRun and that admission never saw, so that its pods may not ask.</summary>
internal sealed record UnseenJob(string Uid, string Run)
{
    /// <param name="json">At least its metadata, without a label <c>wandb-operator.io/run</c>.</param>
    /// <returns>Null: it does not ask.</returns>
    public static UnseenJob? Read(JsonElement json)
    {
        var metadata = JsonObject.Create(json)?["metadata"];
        return JsonRead.Text(metadata?["annotations"]?[InjectionKeys.Run]) is { } run && JsonRead.Text(metadata?["uid"]) is { } uid ? new UnseenJob(uid, run) : null;
    }
}
