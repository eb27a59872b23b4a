using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Agent.Artifacts;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class ManifestDocumentTests
{
    private static readonly RunPath Run = new("team", "demo", "r1");

    // Manifests that the real client left on a server; "local_path" and "skip_cache" are not compared.
    [Theory]
    [InlineData(
        """
        {"contents":{
          "copy/model2.bin":{"birthArtifactID":"QXJ0aWZhY3Q6MTkwMjczMDg4NTkzMTk0","digest":"FXapTWyzNN0SbLHCfxng8g==","size":2048},
          "d/a.txt":{"birthArtifactID":"QXJ0aWZhY3Q6MTkwMjczMDg4NTkzMTk0","digest":"LBdDo5EwX782ffjk8Gn5+Q==","size":5},
          "d/sub/b.txt":{"birthArtifactID":"QXJ0aWZhY3Q6MTkwMjczMDg4NTkzMTk0","digest":"mHvKsBuSnrLAeHeyJCFckg==","size":4},
          "ref.dat":{"digest":"UWcF8GIgezkBxX8vz4tyDQ==","ref":"file:///tmp/run/artifact/work/ref.dat","size":18}},
         "storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2"},"version":1}
        """)]
    [InlineData(
        """
        {"contents":{
          "x.bin":{"digest":"https://files.example.com/a/b.bin?x=1","ref":"https://files.example.com/a/b.bin?x=1","size":0},
          "y.bin":{"digest":"https://files.example.com/f.bin","ref":"https://files.example.com/f.bin","size":0}},
         "storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2"},"version":1}
        """)]
    [InlineData(
        """
        {"contents":{"immut.bin":{"birthArtifactID":"QXJ0aWZhY3Q6ODc4NjY2OTgzNTI5ODc=","digest":"Lk1t4Fg0BeTg8TT0zpUfxg==","size":19}},
         "storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2"},"version":1}
        """)]
    public void A_manifest_says_what_the_real_clients_manifest_says(string golden)
    {
        var expected = JsonNode.Parse(golden)!;
        var births = new Dictionary<string, string?>();
        var record = ArtifactRecords.Model();
        foreach (var (path, entry) in expected["contents"]!.AsObject())
        {
            births[path] = (string?)entry!["birthArtifactID"];
            record.Manifest.Contents.Add(new ArtifactManifestEntry
            {
                Path = path,
                Digest = (string)entry["digest"]!,
                Size = (long)entry["size"]!,
                Ref = (string?)entry["ref"] ?? "",
                LocalPath = entry["ref"] is null ? "/home/trainer/secret/" + path : "",
            });
        }

        var plan = ArtifactPlan.For(record, Run, TrainerFolders.Unknown);
        var written = Parse(plan, plan.Entries.Select(entry => entry with { BirthArtifactId = births[entry.Path] }));
        foreach (var (_, entry) in written["contents"]!.AsObject())
            Assert.True(entry!.AsObject().Remove("skip_cache"));
        Assert.True(JsonNode.DeepEquals(expected, written), written.ToJsonString());
    }

    [Fact]
    public void Extra_values_and_the_storage_region_are_passed_on_and_local_paths_are_not()
    {
        var entry = ArtifactRecords.File("é/<x>", "d", 1, "/home/trainer/secret");
        entry.SkipCache = true;
        entry.Extra.Add(new ExtraItem { Key = "etag", ValueJson = """{"a":[1,"b"]}""" });
        var record = ArtifactRecords.Model(entry);
        record.Manifest.StoragePolicyConfig.Add(new ExtraItem { Key = "storageRegion", ValueJson = "\"eu\"" });
        var plan = ArtifactPlan.For(record, Run, TrainerFolders.Unknown);
        Assert.Equal(
            """{"version":1,"storagePolicy":"wandb-storage-policy-v1","storagePolicyConfig":{"storageLayout":"V2","storageRegion":"eu"}"""
            + ""","contents":{"é/<x>":{"digest":"d","size":1,"skip_cache":true,"extra":{"etag":{"a":[1,"b"]}}}}}""",
            System.Text.Encoding.UTF8.GetString(ManifestDocument.Write(plan, plan.Entries).Span));
        Assert.Equal("eu", plan.Create.StorageRegion);
    }

    private static JsonNode Parse(ArtifactPlan plan, IEnumerable<ManifestEntry> entries) =>
        JsonSerializer.SerializeToNode(JsonDocument.Parse(ManifestDocument.Write(plan, entries)))!;
}
