using System.Text.Json.Nodes;

namespace Wandb.Sandbox.Demonstration;

/// <summary>How the five folds ended.</summary>
/// <param name="Runs">Each attempt of each fold.</param>
/// <param name="Groups">status.groups of the WandbRun.</param>
/// <param name="Table">What <c>kubectl get wandbruns</c> prints.</param>
/// <param name="Problems">What did not go as it should; empty when every row is proved.</param>
internal sealed record KFoldResult(IReadOnlyList<RunProof> Runs, JsonArray Groups, IReadOnlyList<string> Table, IReadOnlyList<string> Problems);
