using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.Tests.Artifacts;

/// <summary>Records as the SDK writes them.</summary>
internal static class ArtifactRecords
{
    internal static ArtifactRecord Model(params ArtifactManifestEntry[] entries)
    {
        var record = new ArtifactRecord
        {
            RunId = "r-old",
            Project = "recorded",
            Type = "model",
            Name = "my-model",
            Digest = "910bdd224e2a958c81f8eef45d8ba323",
            Aliases = { "latest", "best" },
            Finalize = true,
            ClientId = "client",
            SequenceClientId = "sequence",
            Manifest = new ArtifactManifest
            {
                Version = 1,
                StoragePolicy = "wandb-storage-policy-v1",
                StoragePolicyConfig = { new ExtraItem { Key = "storageLayout", ValueJson = "\"V2\"" } },
            },
        };
        record.Manifest.Contents.AddRange(entries);
        return record;
    }

    internal static ArtifactManifestEntry File(string path, string digest, long size, string localPath) =>
        new() { Path = path, Digest = digest, Size = size, LocalPath = localPath };

    internal static ArtifactManifestEntry Reference(string path, string digest, long size, string reference) =>
        new() { Path = path, Digest = digest, Size = size, Ref = reference };
}
