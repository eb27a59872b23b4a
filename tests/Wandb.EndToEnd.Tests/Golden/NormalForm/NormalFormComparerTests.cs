using System.Text.Json.Nodes;
using Xunit;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

public sealed class NormalFormComparerTests
{
    /// <summary>Spread evenly over a state; a state of 5,000 rows has some 100,000.</summary>
    private const int MostMutationsOfAState = 50;

    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recorded_state_equals_itself(string name) =>
        Assert.All(GoldenCase.Load(name).States(), state => Assert.Empty(NormalFormComparer.Compare(state.NormalForm, state.NormalForm)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recorded_state_with_keys_in_another_order_equals_itself(string name) =>
        Assert.All(
            GoldenCase.Load(name).States(),
            state => Assert.Empty(NormalFormComparer.Compare((JsonObject)WithReversedKeys(state.NormalForm)!, state.NormalForm)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_change_of_a_recorded_state_is_found(string name)
    {
        foreach (GoldenState state in GoldenCase.Load(name).States())
        {
            Mutation[] all = [.. MutationsOf(state.NormalForm)];
            int step = Math.Max(1, all.Length / MostMutationsOfAState);
            for (int i = 0; i < all.Length; i += step)
            {
                JsonObject mutated = all[i].AppliedTo(state.NormalForm);
                Assert.True(NormalFormComparer.Compare(mutated, state.NormalForm).Count > 0, $"{name}, {state.Kind}, {all[i]}: not found");
                Assert.True(NormalFormComparer.Compare(state.NormalForm, mutated).Count > 0, $"{name}, {state.Kind}, {all[i]}: not found the other way");
            }
        }
    }

    [Fact]
    public void Every_change_of_a_state_with_every_member_is_found()
    {
        JsonObject state = GoldenCase.Load("features_on").States()[0].NormalForm;
        JsonObject artifacts = GoldenCase.Load("artifact_versions").States()[0].NormalForm;
        state["artifacts"] = artifacts["artifacts"]!.DeepClone();

        Assert.All(
            MutationsOf(state),
            mutation => Assert.NotEmpty(NormalFormComparer.Compare(mutation.AppliedTo(state), state)));
    }

    [Fact]
    public void What_the_syncing_client_tells_about_itself_is_not_compared()
    {
        JsonObject wanted = GoldenCase.Load("minimal").States()[0].NormalForm;
        var got = (JsonObject)wanted.DeepClone();
        JsonNode run = got["runs"]![0]!;
        run["info"] = "another client";
        run["requests_after_complete"] = 1;
        run["environment"]!["writerId"] = "another writer";
        run["files"]!["wandb-metadata.json"]!["json"]!["writerId"] = "another writer";

        Assert.Empty(NormalFormComparer.Compare(got, wanted));
    }

    [Fact]
    public void Order_of_metrics_uploads_and_aliases_does_not_matter()
    {
        JsonObject wanted = GoldenCase.Load("define_metric").States()[0].NormalForm;
        wanted["artifacts"] = GoldenCase.Load("artifact").States()[0].NormalForm["artifacts"]!.DeepClone();
        var got = (JsonObject)wanted.DeepClone();
        Reverse(got["runs"]![0]!, "metrics");
        Reverse(got["runs"]![0]!, "uploaded");
        Reverse(got["artifacts"]![0]!, "aliases");

        Assert.Empty(NormalFormComparer.Compare(got, wanted));
    }

    [Fact]
    public void Difference_names_the_place_and_both_values()
    {
        JsonObject wanted = GoldenCase.Load("minimal").States()[0].NormalForm;
        var got = (JsonObject)wanted.DeepClone();
        JsonNode run = got["runs"]![0]!;
        run["history"]![1]!["b"] = 0.25;
        run["history"]!.AsArray().RemoveAt(2);
        run["files"]!.AsObject().Remove("requirements.txt");
        run["summary"]!["c"] = "é";

        Assert.Equal(
            [
                "run lab-entity/demo/minima8394.files.requirements.txt: missing, want {\"md5\":\"8g++5dyyVlCz+0z8MzOr9Q==\",\"size\":73}",
                "run lab-entity/demo/minima8394.history: got 2 items, want 3 items",
                "run lab-entity/demo/minima8394.history[1].b: got 0.25, want 0.5",
                "run lab-entity/demo/minima8394.history[2]: missing, want {\"_runtime\":0.051955544,\"_step\":2,\"_timestamp\":1795519187.9703178,\"a\":2,\"b\":1}",
                "run lab-entity/demo/minima8394.summary.c: unexpected \"é\"",
            ],
            NormalFormComparer.Compare(got, wanted).Select(difference => difference.ToString()));
    }

    [Fact]
    public void Run_that_is_missing_or_there_twice_is_named()
    {
        JsonObject wanted = GoldenCase.Load("minimal").States()[0].NormalForm;
        var twice = (JsonObject)wanted.DeepClone();
        twice["runs"]!.AsArray().Add(wanted["runs"]![0]!.DeepClone());
        var none = (JsonObject)wanted.DeepClone();
        none["runs"] = new JsonArray();

        Assert.Equal(["run lab-entity/demo/minima8394: got 2 on the server, want 1 on the server"], NormalFormComparer.Compare(twice, wanted).Select(difference => difference.ToString()));
        Assert.Equal(["run lab-entity/demo/minima8394: missing, want 1 on the server"], NormalFormComparer.Compare(none, wanted).Select(difference => difference.ToString()));
    }

    [Fact]
    public void Long_list_of_differences_is_cut_and_says_so()
    {
        JsonObject wanted = GoldenCase.Load("long_5000").States()[0].NormalForm;
        var shifted = (JsonObject)wanted.DeepClone();
        shifted["runs"]![0]!["history"]!.AsArray().RemoveAt(0);

        IReadOnlyList<Difference> differences = NormalFormComparer.Compare(shifted, wanted);

        Assert.InRange(differences.Count, 2, 40);
        Assert.Contains(differences, difference => difference.Path.EndsWith("history[5…]", StringComparison.Ordinal));
    }

    private static IEnumerable<Mutation> MutationsOf(JsonObject state) =>
        Mutation.Of(state, IsNotCompared).Where(mutation => !BreaksTheForm(mutation) && !KeepsTheMeaning(mutation));

    /// <summary>Not the list of runs or of artifacts any more, or not a list of objects: no normal form.</summary>
    private static bool BreaksTheForm(Mutation mutation) => mutation.Path.Count(letter => letter == '.') switch
    {
        0 => true,
        1 when mutation.Path.EndsWith(']') => mutation.What is "null for a structure" or "the other structure",
        1 => mutation.What != "append an item",
        _ => false,
    };

    private static bool IsNotCompared(string path) =>
        path is ".server_problems"
        || path.EndsWith("].info", StringComparison.Ordinal)
        || path.EndsWith("].requests_after_complete", StringComparison.Ordinal)
        || path.EndsWith(".environment.writerId", StringComparison.Ordinal)
        || path.EndsWith(".wandb-metadata.json.json.writerId", StringComparison.Ordinal);

    /// <summary>These lists have no order, and neither have the runs and artifacts themselves.</summary>
    private static bool KeepsTheMeaning(Mutation mutation) =>
        mutation.What.StartsWith("swap", StringComparison.Ordinal)
        && (mutation.Path.StartsWith(".runs[", StringComparison.Ordinal) || mutation.Path.StartsWith(".artifacts[", StringComparison.Ordinal))
        && (mutation.Path.Split('.') is [_, _] || UnorderedMember(mutation.Path) is "metrics" or "uploaded" or "aliases");

    private static string UnorderedMember(string path) => path.Split('.') is [_, _, var member] ? member[..member.IndexOf('[', StringComparison.Ordinal)] : "";

    private static void Reverse(JsonNode parent, string name) =>
        parent[name] = new JsonArray([.. parent[name]!.AsArray().Reverse().Select(item => item?.DeepClone())]);

    private static JsonNode? WithReversedKeys(JsonNode? value) => value switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(member => KeyValuePair.Create(member.Key, WithReversedKeys(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithReversedKeys)]),
        _ => value?.DeepClone(),
    };
}
