using System.Text.Json;
using Google.Protobuf;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Sidecar;
using Wandb.Agent.State;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class PodAdditionsTests
{
    private static readonly PodFacts Pod = new()
    {
        Namespace = "ml",
        Name = "train-0",
        Node = "n1",
        OwnerKind = "Job",
        OwnerName = "train",
        CompletionIndex = 2,
        Images = new Dictionary<string, string> { ["trainer"] = "img:1" },
        Labels = new Dictionary<string, string> { ["team"] = "x" },
    };

    [Fact]
    public void Pod_stands_in_the_config_under_kubernetes()
    {
        var added = PodAdditions.For(Pod, new RunAdditions(), "trainer", attempt: 1);

        var entry = Assert.Single(added.Config);
        Assert.Equal("kubernetes", entry.Key);
        Assert.Equal(
            """{"namespace":"ml","job":"train","pod":"train-0","node":"n1","container":"trainer","image":"img:1","completion_index":2,"attempt":1,"labels":{"team":"x"}}""",
            entry.Value);
    }

    [Fact]
    public void Other_owners_are_named_with_their_kind()
    {
        var added = PodAdditions.For(new PodFacts { Namespace = "ml", OwnerKind = "StatefulSet", OwnerName = "s" }, new RunAdditions(), "", attempt: null);

        Assert.Equal("""{"namespace":"ml","owner_kind":"StatefulSet","owner":"s"}""", added.Config[0].Value);
    }

    [Fact]
    public void Without_a_pod_and_additions_nothing_is_added()
    {
        var added = PodAdditions.For(new PodFacts(), new RunAdditions(), "", attempt: 1);

        Assert.Empty(added.Config);
        Assert.Empty(added.Tags);
        Assert.Null(added.Notes);
    }

    [Theory]
    [InlineData("bert-{attempt}", 1, "n1", "bert-1")]
    [InlineData("bert-{attempt}", null, "n1", "bert")]
    [InlineData("bert {attempt} on {node}", 0, "n1", "bert 0 on n1")]
    [InlineData("bert/{node}-{attempt}", null, "", "bert")]
    [InlineData("{attempt}", null, "n1", null)]
    [InlineData(null, 1, "n1", null)]
    public void Name_has_what_is_known_of_attempt_and_node(string? template, int? attempt, string node, string? name) =>
        Assert.Equal(name, PodAdditions.For(Pod with { Node = node }, new RunAdditions { Name = template }, "trainer", attempt).Name);

    [Fact]
    public void Name_is_for_a_run_that_has_none()
    {
        int? attempt = null;
        var identity = new RunIdentity(new RunOverrides { Added = () => PodAdditions.For(Pod, new RunAdditions { Name = "bert-{attempt}" }, "trainer", attempt) });
        identity.Apply(new RunRecord { RunId = "r" });
        Assert.Equal("bert", identity.Variables.DisplayName);
        identity.Acknowledge(identity.Variables);

        attempt = 2;

        Assert.Equal("bert-2", identity.PendingChanges.DisplayName);
        identity.Apply(new RunRecord { RunId = "r", DisplayName = "own" });
        Assert.Equal("own", identity.Variables.DisplayName);
    }

    [Fact]
    public void Own_values_of_the_run_win_and_tags_keep_their_order()
    {
        var additions = new RunAdditions
        {
            Config = new Dictionary<string, JsonElement> { ["lr"] = JsonElement.Parse("99"), ["ours"] = JsonElement.Parse("{\"a\":1}") },
            Tags = ["b", "k8s"],
            Notes = "from the WandbRun",
        };
        var identity = new RunIdentity(new RunOverrides { Added = () => PodAdditions.For(Pod, additions, "trainer", null) });
        identity.Apply(new RunRecord { RunId = "r", Tags = { "a", "b" }, Notes = "own" });
        var config = new ConfigTree();
        config.Apply(new ConfigRecord { Update = { new Item { Key = "lr", ValueJson = "0.1" } } }.ToByteArray());
        var parts = new RunConfigParts
        {
            Config = config,
            Added = identity.IsKnown ? PodAdditions.For(Pod, additions, "trainer", null).Config : [],
            Telemetry = new(),
            Metrics = new(),
            Environment = new(),
            CoreVersion = "1",
            Synced = true,
            ServerExpandsGlobs = false,
        };

        var json = JsonDocument.Parse(RunConfigDocument.ToJson(parts)).RootElement;

        Assert.Equal(["lr", "ours", "kubernetes", "_wandb"], json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0.1, json.GetProperty("lr").GetProperty("value").GetDouble());
        Assert.Equal(["a", "b", "k8s"], identity.Tags);
        Assert.Equal("own", identity.Variables.Notes);
        identity.Acknowledge(identity.Variables);
        Assert.True(identity.PendingChanges.IsEmpty, "what was added is sent once");
        identity.EndTag = "oom-killed";
        Assert.Equal(["a", "b", "k8s", "oom-killed"], identity.PendingChanges.Tags!);
    }
}
