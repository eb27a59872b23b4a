using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>
/// Brings the state of a server into the form of the golden files, which Cases/README.md describes: what two correct clients must agree on,
/// without what differs from one sync to the next.
/// </summary>
internal static class ServerStateNormalForm
{
    /// <param name="state">What the backend stored: `runs`, `artifacts` and, optionally, `problems`. It is not changed.</param>
    /// <exception cref="InvalidDataException">The document has another shape; the message names the member.</exception>
    public static JsonObject From(JsonObject state)
    {
        // Through text once: whatever kinds of nodes the backend made, from here on it is what a client of the backend would see.
        var document = (JsonObject)LooseJson.Parse(state.ToJsonString())!;
        return new JsonObject
        {
            ["runs"] = new JsonArray([.. document.RequiredList("runs").Select(run => RunNormalForm.From(run!.AsObject()))]),
            ["artifacts"] = ArtifactNormalForm.FromAll(document.RequiredList("artifacts").Select(artifact => artifact!.AsObject())),
            ["server_problems"] = StateDocument.SortedTexts((document["problems"] as JsonArray ?? []).DistinctBy(problem => problem.Text())),
        };
    }
}
