using System.Text.Json.Nodes;
using Wandb.Contract;

namespace Wandb.Operator.Injection;

/// <summary>The token with which an agent proves its pod: of the pod's own service account, for our audience alone.</summary>
internal static class ProjectedToken
{
    public const string FileName = "token";

    // The kubelet renews at 80 % of it; 10 min is the least that the API server takes.
    private const int ExpirationSeconds = 3600;

    public static JsonObject Volume(string name) =>
        new()
        {
            ["name"] = name,
            ["projected"] = new JsonObject
            {
                ["sources"] = new JsonArray(new JsonObject
                {
                    ["serviceAccountToken"] = new JsonObject
                    {
                        ["audience"] = AgentPaths.TokenAudience,
                        ["expirationSeconds"] = ExpirationSeconds,
                        ["path"] = FileName,
                    },
                }),
            },
        };
}
