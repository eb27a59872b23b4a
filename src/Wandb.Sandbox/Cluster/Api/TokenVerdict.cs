using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Cluster.Api;

/// <param name="Claims">Null when the token is refused.</param>
/// <param name="Audiences">Those that token and reviewer share.</param>
/// <param name="Problem">Why it is refused.</param>
internal sealed record TokenVerdict(JsonObject? Claims, IReadOnlyList<string> Audiences, string Problem)
{
    public static TokenVerdict Refused(string problem) => new(null, [], problem);
}
