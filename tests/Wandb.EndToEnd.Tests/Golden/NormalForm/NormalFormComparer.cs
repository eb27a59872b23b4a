using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>Compares two normal forms by meaning: key order counts for nothing, numbers as <see cref="JsonNumber"/> says.</summary>
internal static class NormalFormComparer
{
    /// <summary>Told by the syncing client about itself, or counters of requests.</summary>
    private static readonly string[] NeverCompared = ["info", "requests_after_complete"];

    private static readonly string[] WithoutOrder = ["metrics", "uploaded", "aliases"];

    private static readonly string[] RunKey = ["entity", "project", "run"];
    private static readonly string[] ArtifactKey = ["entity", "project", "name", "digest"];

    /// <returns>Empty when the two mean the same. Long lists of differences are cut; the places where that was done are in the list.</returns>
    public static IReadOnlyList<Difference> Compare(JsonObject got, JsonObject wanted)
    {
        var differences = new List<Difference>();
        CompareAll("run", RunKey, got.RequiredList("runs"), wanted.RequiredList("runs"), differences);
        CompareAll("artifact", ArtifactKey, got.RequiredList("artifacts"), wanted.RequiredList("artifacts"), differences);
        return differences;
    }

    private static void CompareAll(string kind, string[] key, JsonArray got, JsonArray wanted, List<Difference> differences)
    {
        ILookup<string, JsonObject> gotByKey = ByKey(got, key);
        ILookup<string, JsonObject> wantedByKey = ByKey(wanted, key);
        foreach (string name in gotByKey.Concat(wantedByKey).Select(group => group.Key).Distinct().Order(StringComparer.Ordinal))
        {
            // One element each, unless something is missing, unexpected or there twice: then the list comparison says so.
            JsonObject[] g = [.. gotByKey[name]];
            JsonObject[] w = [.. wantedByKey[name]];
            if (g.Length == 1 && w.Length == 1)
            {
                JsonDifferences.Collect(Comparable(g[0]), Comparable(w[0]), $"{kind} {name}", differences);
            }
            else
            {
                differences.Add(new Difference($"{kind} {name}", Times(g.Length), Times(w.Length)));
            }
        }
    }

    private static ILookup<string, JsonObject> ByKey(JsonArray entries, string[] key) =>
        entries.Select(entry => entry!.AsObject()).ToLookup(entry => string.Join('/', key.Select(part => entry[part].Text())), StringComparer.Ordinal);

    private static string? Times(int count) => count == 0 ? null : $"{count} on the server";

    private static JsonObject Comparable(JsonObject entry)
    {
        var copy = (JsonObject)entry.DeepClone();
        foreach (string name in NeverCompared)
        {
            copy.Remove(name);
        }

        // The identifier of a process: of the trainer in the records, of the syncing client in some versions.
        (copy["environment"] as JsonObject)?.Remove("writerId");
        (Member(Member(copy["files"], "wandb-metadata.json"), "json") as JsonObject)?.Remove("writerId");
        foreach (string name in WithoutOrder)
        {
            if (copy[name] is JsonArray list)
            {
                copy[name] = new JsonArray([.. list.OrderBy(CanonicalJson.Of, StringComparer.Ordinal).Select(item => item?.DeepClone())]);
            }
        }

        return copy;
    }

    private static JsonNode? Member(JsonNode? parent, string name) => parent is JsonObject members ? members[name] : null;
}
