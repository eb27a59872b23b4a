using Wandb.Agent.Artifacts;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class ArtifactPlanTests
{
    private static readonly RunPath Run = new("team", "demo", "r1");

    [Fact]
    public void An_artifact_goes_where_its_run_went()
    {
        var plan = ArtifactPlan.For(ArtifactRecords.Model(), Run, TrainerFolders.Unknown);
        Assert.Equal(("team", "demo", "r1"), (plan.Create.Entity, plan.Create.Project, plan.Create.Run));
        Assert.Null(plan.Create.Description);
        Assert.Null(plan.Create.Metadata);
        Assert.Null(plan.Create.TtlDurationSeconds);
        Assert.Equal(["latest", "best"], plan.Create.Aliases);
    }

    [Fact]
    public void A_users_own_artifact_names_no_run()
    {
        var record = ArtifactRecords.Model();
        record.UserCreated = true;
        Assert.Null(ArtifactPlan.For(record, Run, TrainerFolders.Unknown).Create.Run);
    }

    [Theory]
    [InlineData(false, "", ArtifactManifestKind.Full)]
    [InlineData(false, "d", ArtifactManifestKind.Patch)]
    [InlineData(true, "", ArtifactManifestKind.Incremental)]
    [InlineData(true, "d", ArtifactManifestKind.Incremental)]
    internal void The_kind_of_manifest_follows_from_the_record(bool incremental, string distributedId, ArtifactManifestKind kind)
    {
        var record = ArtifactRecords.Model();
        record.IncrementalBeta1 = incremental;
        record.DistributedId = distributedId;
        Assert.Equal(kind, ArtifactPlan.For(record, Run, TrainerFolders.Unknown).Kind);
    }

    [Fact]
    public void Relative_paths_are_looked_for_in_the_trainers_folders()
    {
        var record = ArtifactRecords.Model(
            ArtifactRecords.File("f", "d", 1, "x/y"), ArtifactRecords.File("g", "d", 1, "/data/x"), ArtifactRecords.Reference("r", "d", 0, "s3://b"));
        record.Manifest.ManifestFilePath = "m";
        var plan = ArtifactPlan.For(record, Run, TrainerFolders.From("/trainer/train.py", "train.py", "/runs", null));
        Assert.Equal([["/trainer/x/y", "/runs/x/y"], ["/data/x"], []], plan.Entries.Select(entry => entry.LocalPaths));
        Assert.Equal(["/trainer/m", "/runs/m"], plan.ManifestFilePaths);
    }

    [Fact]
    public void Of_two_entries_with_one_path_the_last_counts()
    {
        var plan = ArtifactPlan.For(ArtifactRecords.Model(ArtifactRecords.File("f", "1", 1, "/a"), ArtifactRecords.File("f", "2", 1, "/b")), Run, TrainerFolders.Unknown);
        Assert.Equal("2", Assert.Single(plan.Entries).Digest);
    }

    [Fact]
    public void A_record_that_makes_no_sense_is_told()
    {
        var record = ArtifactRecords.Model(new ArtifactManifestEntry { Path = "f", Extra = { new ExtraItem { Key = "k", ValueJson = "NaN" } } });
        record.Manifest.StoragePolicyConfig.Add(new ExtraItem { Key = "storageRegion", ValueJson = "7" });
        Assert.Equal(["its storage region is not text", "f: its value of k is not JSON"], ArtifactPlan.For(record, Run, TrainerFolders.Unknown).Problems.Select(problem => problem.ToString()));
        record.Manifest = null;
        Assert.Single(ArtifactPlan.For(record, Run, TrainerFolders.Unknown).Problems);
    }
}
