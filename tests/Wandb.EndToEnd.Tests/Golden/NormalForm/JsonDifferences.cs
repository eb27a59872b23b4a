using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>Walks two JSON values side by side.</summary>
internal static class JsonDifferences
{
    /// <summary>A list that was shifted by one differs everywhere: a few items tell enough.</summary>
    private const int MostDifferingItems = 5;

    private const int MostCharactersOfAValue = 120;

    private static readonly JsonSerializerOptions ForReading = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="path">Name of the place of both values; its last member decides the tolerance of a number.</param>
    public static void Collect(JsonNode? got, JsonNode? wanted, string path, List<Difference> differences) =>
        Collect(got, wanted, path, member: "", differences);

    private static void Collect(JsonNode? got, JsonNode? wanted, string path, string member, List<Difference> differences)
    {
        if (got is JsonObject gotObject && wanted is JsonObject wantedObject)
        {
            CollectMembers(gotObject, wantedObject, path, differences);
        }
        else if (got is JsonArray gotList && wanted is JsonArray wantedList)
        {
            CollectItems(gotList, wantedList, path, differences);
        }
        else if (!AreEqualLeaves(got, wanted, member))
        {
            differences.Add(new Difference(path, Short(got), Short(wanted)));
        }
    }

    private static void CollectMembers(JsonObject got, JsonObject wanted, string path, List<Difference> differences)
    {
        foreach (string name in got.Concat(wanted).Select(member => member.Key).Distinct().Order(StringComparer.Ordinal))
        {
            string place = $"{path}.{name}";
            bool isThere = got.TryGetPropertyValue(name, out JsonNode? gotValue);
            bool isWanted = wanted.TryGetPropertyValue(name, out JsonNode? wantedValue);
            if (isThere && isWanted)
            {
                Collect(gotValue, wantedValue, place, name, differences);
            }
            else
            {
                differences.Add(new Difference(place, isThere ? Short(gotValue) : null, isWanted ? Short(wantedValue) : null));
            }
        }
    }

    private static void CollectItems(JsonArray got, JsonArray wanted, string path, List<Difference> differences)
    {
        if (got.Count != wanted.Count)
        {
            differences.Add(new Difference(path, $"{got.Count} items", $"{wanted.Count} items"));
        }

        int differing = 0;
        for (int i = 0; i < Math.Max(got.Count, wanted.Count); i++)
        {
            int before = differences.Count;
            string place = $"{path}[{i}]";
            if (i < got.Count && i < wanted.Count)
            {
                Collect(got[i], wanted[i], place, differences);
            }
            else
            {
                differences.Add(new Difference(place, i < got.Count ? Short(got[i]) : null, i < wanted.Count ? Short(wanted[i]) : null));
            }

            if (differences.Count > before && ++differing == MostDifferingItems)
            {
                differences.Add(new Difference($"{path}[{i + 1}…]", "not compared any more", "not compared any more"));
                return;
            }
        }
    }

    private static bool AreEqualLeaves(JsonNode? got, JsonNode? wanted, string member)
    {
        if (got is not JsonValue || wanted is not JsonValue)
        {
            return got is null && wanted is null;
        }

        return JsonNumber.TryRead(got, out JsonNumber gotNumber) && JsonNumber.TryRead(wanted, out JsonNumber wantedNumber)
            ? gotNumber.IsCloseTo(wantedNumber, NumberTolerance.For(member))
            : got.GetValueKind() == wanted.GetValueKind() && got.ToJsonString() == wanted.ToJsonString();
    }

    private static string Short(JsonNode? value)
    {
        string text = value is null ? "null" : value.ToJsonString(ForReading);
        return text.Length <= MostCharactersOfAValue ? text : text[..MostCharactersOfAValue] + "…";
    }
}
