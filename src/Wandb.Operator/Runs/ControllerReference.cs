using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Runs;

/// <summary>The one owner of an object that makes and ends it, as its metadata names it.</summary>
internal sealed record ControllerReference(string ApiVersion, string Kind, string Name, string Uid)
{
    /// <inheritdoc cref="PodOwner.IsJobOf"/>
    public bool IsJob => PodOwner.IsJobOf(ApiVersion, Kind);

    /// <param name="metadata">Of the object that is owned.</param>
    /// <returns>Null: it has none.</returns>
    public static ControllerReference? Of(JsonNode? metadata) =>
        JsonRead.Objects(metadata?["ownerReferences"]).FirstOrDefault(owner => JsonRead.IsTrue(owner["controller"])) is { } found
            ? new ControllerReference(
                JsonRead.Text(found["apiVersion"]) ?? "", JsonRead.Text(found["kind"]) ?? "", JsonRead.Text(found["name"]) ?? "", JsonRead.Text(found["uid"]) ?? "")
            : null;
}
