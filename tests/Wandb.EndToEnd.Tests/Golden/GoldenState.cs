using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden;

/// <param name="Kind">
/// "expected": what the real client left on the server; "ideal": without its losses; "best": as ideal, but a damaged file loses the damaged
/// chunk alone.
/// </param>
/// <param name="NormalForm">Runs and artifacts, in the form of <see cref="NormalForm.ServerStateNormalForm"/>.</param>
internal sealed record GoldenState(string Kind, JsonObject NormalForm);
