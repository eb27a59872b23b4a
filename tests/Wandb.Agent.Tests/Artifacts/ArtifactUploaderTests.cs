using System.IO.Compression;
using System.Text;
using Wandb.Agent.Artifacts;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Tests.Http;
using Wandb.Agent.Tests.Uploads;
using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Artifacts;

public sealed class ArtifactUploaderTests : IDisposable
{
    private static readonly RunPath Run = new("team", "demo", "r1");

    private readonly TemporaryFolder folder = new();
    private readonly ArtifactBackend backend = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Stores_files_and_manifest_then_commits_and_leaves_the_sources()
    {
        var outcome = await UploadAsync(ArtifactRecords.Model(File("a/b.txt", "hello"), File("empty", ""), ArtifactRecords.Reference("r", "etag", 0, "s3://b/k")));
        Assert.Equal(new ArtifactOutcome.Committed(ArtifactBackend.ArtifactId, "server", 2, 5), outcome);
        Assert.Equal(
            ["CreateArtifact", "CreateArtifactManifest", "CreateArtifactFiles", "PUT a/b.txt", "PUT empty", "CreateArtifactManifest", "PUT manifest", "CommitArtifact"],
            [.. backend.Log[..3], .. backend.Log[3..5].Order(StringComparer.Ordinal), .. backend.Log[5..]]);
        Assert.Equal("hello", Encoding.UTF8.GetString(backend.Stored["a/b.txt"]));
        Assert.Equal("birth", (string?)backend.Manifest!["contents"]!["a/b.txt"]!["birthArtifactID"]);
        Assert.Null(backend.Manifest["contents"]!["r"]!["birthArtifactID"]);
        Assert.DoesNotContain(folder.Path, backend.Manifest.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("hello", System.IO.File.ReadAllText(folder["a/b.txt"]));
    }

    [Fact]
    public async Task The_same_content_is_not_sent_again()
    {
        backend.State = "COMMITTED";
        Assert.Equal(new ArtifactOutcome.AlreadyThere(ArtifactBackend.ArtifactId), await UploadAsync(ArtifactRecords.Model(File("f", "hello"))));
        Assert.Equal(["CreateArtifact"], backend.Log);
    }

    [Fact]
    public async Task A_committed_version_needs_no_local_file()
    {
        backend.State = "COMMITTED";
        Assert.IsType<ArtifactOutcome.AlreadyThere>(await UploadAsync(ArtifactRecords.Model(ArtifactRecords.File("f", "d", 1, folder["gone"]))));
    }

    [Fact]
    public async Task Content_that_the_server_knows_needs_no_local_file()
    {
        backend.Known.Add("known");
        var outcome = await UploadAsync(ArtifactRecords.Model(ArtifactRecords.File("f", "known", 9, folder["gone"])));
        Assert.Equal(new ArtifactOutcome.Committed(ArtifactBackend.ArtifactId, "server", 1, 9), outcome);
        Assert.Equal("birth", (string?)backend.Manifest!["contents"]!["f"]!["birthArtifactID"]);
    }

    [Fact]
    public async Task What_is_missing_or_changed_is_listed_and_nothing_is_committed()
    {
        var changed = File("changed", "before");
        folder.Write("changed", "after");
        var outcome = await UploadAsync(ArtifactRecords.Model(
            File("fine", "hello"),
            ArtifactRecords.File("gone", "d", 1, folder["gone"]),
            changed,
            ArtifactRecords.File("folder", "d", 1, folder.Path),
            ArtifactRecords.File("relative", "d", 1, "x/y")));
        var incomplete = Assert.IsType<ArtifactOutcome.Incomplete>(outcome);
        Assert.Equal(ArtifactBackend.ArtifactId, incomplete.Id);
        Assert.Equal(
            [
                $"gone: {folder["gone"]} is not there",
                $"changed: {folder["changed"]} has changed since it was logged",
                $"folder: {folder.Path} is not a regular file",
                "relative: its path x/y is relative, and the run file does not say to which folder",
            ],
            incomplete.Problems.Select(problem => problem.ToString()));
        Assert.Equal(["fine"], backend.Stored.Keys);
        Assert.Null(backend.Manifest);
        Assert.Equal("PENDING", backend.State);
    }

    [Fact]
    public async Task A_relative_path_is_found_in_one_of_the_trainers_folders()
    {
        folder.Write("work/data.bin", "hello");
        var record = ArtifactRecords.Model(ArtifactRecords.File("f", Md5("hello"), 5, "work/data.bin"));
        Assert.IsType<ArtifactOutcome.Committed>(await UploadAsync(record, trainerFolder: folder.Path));
    }

    [Theory]
    [InlineData(10, 4, 3)]
    [InlineData(8, 4, 2)]
    [InlineData(9, 9, 1)]
    public async Task A_large_file_goes_in_parts_that_arrive_as_one(int bytes, int partBytes, int parts)
    {
        var text = "0123456789"[..bytes];
        var options = new ArtifactUploadOptions { MultipartFromBytes = 8, PartBytes = partBytes };
        Assert.IsType<ArtifactOutcome.Committed>(await UploadAsync(ArtifactRecords.Model(File("big", text), File("small", "tiny")), options));
        Assert.Equal(text, Encoding.UTF8.GetString(backend.Stored["big"]));
        Assert.Equal(parts, backend.Log.Count(name => name.StartsWith("PUT big#", StringComparison.Ordinal)));
        Assert.Contains("PUT small", backend.Log);
    }

    [Fact]
    public async Task A_large_file_goes_in_one_piece_if_the_server_offers_no_parts()
    {
        backend.OffersParts = false;
        var options = new ArtifactUploadOptions { MultipartFromBytes = 4, PartBytes = 4 };
        Assert.IsType<ArtifactOutcome.Committed>(await UploadAsync(ArtifactRecords.Model(File("big", "0123456789")), options));
        Assert.Equal("0123456789", Encoding.UTF8.GetString(backend.Stored["big"]));
    }

    [Fact]
    public async Task A_large_file_that_has_changed_is_not_sent()
    {
        var entry = File("big", "0123456789");
        folder.Write("big", "0123456780");
        var options = new ArtifactUploadOptions { MultipartFromBytes = 4, PartBytes = 4 };
        Assert.IsType<ArtifactOutcome.Incomplete>(await UploadAsync(ArtifactRecords.Model(entry), options));
        Assert.Empty(backend.Stored);
    }

    [Fact]
    public async Task A_url_that_expired_is_asked_for_again()
    {
        var refused = false;
        backend.Fault = (_, name) =>
        {
            if (name != "PUT b" || refused)
                return null;
            refused = true;
            return Reply.Empty(403);
        };
        Assert.IsType<ArtifactOutcome.Committed>(await UploadAsync(ArtifactRecords.Model(File("a", "1"), File("b", "2"))));
        Assert.Equal(2, backend.Log.Count(name => name == "CreateArtifactFiles"));
        Assert.Equal(1, backend.Log.Count(name => name == "PUT a"));
    }

    [Fact]
    public async Task A_file_that_is_refused_again_and_again_is_told_and_nothing_is_committed()
    {
        backend.Fault = (_, name) => name == "PUT b" ? Reply.Json("""{"error":"quota"}""", 403) : null;
        var outcome = await UploadAsync(ArtifactRecords.Model(File("a", "1"), File("b", "2")));
        Assert.Equal(
            new ArtifactOutcome.Refused("upload of b", new ApiFailure.Refused(RefusalKind.Other, 403, "quota"), ArtifactBackend.ArtifactId), outcome);
        Assert.Equal("PENDING", backend.State);
    }

    [Theory]
    [InlineData("CreateArtifact")]
    [InlineData("CreateArtifactManifest")]
    [InlineData("CreateArtifactFiles")]
    [InlineData("CommitArtifact")]
    [InlineData("UseArtifact")]
    [InlineData("ClientIDMapping")]
    [InlineData("PUT manifest")]
    [InlineData("PUT f")]
    public async Task A_refusal_at_any_step_is_no_success(string step)
    {
        var record = ArtifactRecords.Model(File("f", "x"), ArtifactRecords.Reference("r", "d", 0, "wandb-client-artifact://other/x"));
        record.UseAfterCommit = true;
        backend.ClientIds["other"] = ArtifactBackend.ArtifactId;
        backend.Fault = (_, name) => name == step ? Reply.Json("""{"errors":[{"message":"denied"}]}""", 403) : null;
        Assert.Equal("denied", Assert.IsType<ArtifactOutcome.Refused>(await UploadAsync(record)).Cause.Message);
        backend.Fault = (_, name) => name == step ? Reply.Empty(503) : null;
        Assert.IsType<ArtifactOutcome.GaveUp>(await UploadAsync(record));
        backend.Fault = (_, _) => null;
        Assert.True(await UploadAsync(record) is ArtifactOutcome.Committed or ArtifactOutcome.AlreadyThere);
    }

    [Fact]
    public async Task References_to_other_artifacts_of_the_trainer_become_those_of_the_server()
    {
        backend.ClientIds["other"] = "QXJ0aWZhY3Q6Mg==";
        await UploadAsync(ArtifactRecords.Model(
            ArtifactRecords.Reference("r", "d", 4, "wandb-client-artifact://other/media/x.json"),
            ArtifactRecords.Reference("s", "d", 4, "wandb-client-artifact://other/y")));
        Assert.Equal("wandb-artifact://41727469666163743a32/media/x.json", (string?)backend.Manifest!["contents"]!["r"]!["ref"]);
        Assert.Equal(1, backend.Log.Count(name => name == "ClientIDMapping"));
    }

    [Fact]
    public async Task A_reference_to_an_artifact_that_never_arrived_is_told()
    {
        var outcome = await UploadAsync(ArtifactRecords.Model(ArtifactRecords.Reference("r", "d", 4, "wandb-client-artifact://lost/x")));
        Assert.Equal("r", Assert.Single(Assert.IsType<ArtifactOutcome.Incomplete>(outcome).Problems).Path);
        Assert.Equal("PENDING", backend.State);
    }

    [Fact]
    public async Task A_part_of_a_distributed_artifact_updates_its_patch_and_leaves_the_commit_to_others()
    {
        var record = ArtifactRecords.Model(File("f", "hello"));
        record.DistributedId = "group";
        record.Finalize = false;
        record.BaseId = "base";
        await using var server = await ScriptedServer.StartAsync(backend.Answer);
        Assert.Equal(new ArtifactOutcome.NotFinal(ArtifactBackend.ArtifactId, 1, 5), await UploadAsync(server, record));
        Assert.DoesNotContain("CommitArtifact", backend.Log);
        var announce = server.Requests.Single(request => request.Method == "POST" && request.Operation == "CreateArtifactManifest").Variables;
        Assert.Equal("PATCH wandb_manifest.patch.json base", string.Join(' ', ((string[])["manifestType", "name", "baseArtifactID"]).Select(name => announce.GetProperty(name).GetString())));
        Assert.Contains("UpdateArtifactManifest", backend.Log);
    }

    [Fact]
    public async Task A_manifest_file_is_read_and_kept()
    {
        var path = folder["manifest.gz"];
        await using (var packed = new GZipStream(System.IO.File.Create(path), CompressionLevel.Fastest))
        {
            folder.Write("a", "hello");
            await packed.WriteAsync(Encoding.UTF8.GetBytes(
                $$"""
                {"path":"a","digest":"{{Md5("hello")}}","size":5,"local_path":"a"}
                {"path":"r","digest":"e","size":0,"ref":"s3://b/k"}

                """), Ct);
        }

        var record = ArtifactRecords.Model();
        record.Manifest.ManifestFilePath = path;
        Assert.Equal(new ArtifactOutcome.Committed(ArtifactBackend.ArtifactId, "server", 1, 5), await UploadAsync(record, trainerFolder: folder.Path));
        Assert.Equal(2, backend.Manifest!["contents"]!.AsObject().Count);
        Assert.True(System.IO.File.Exists(path));
    }

    [Fact]
    public async Task A_manifest_file_that_is_gone_or_damaged_is_told()
    {
        var record = ArtifactRecords.Model();
        record.Manifest.ManifestFilePath = folder["manifest.gz"];
        Assert.IsType<ArtifactOutcome.Incomplete>(await UploadAsync(record));
        folder.Write("manifest.gz", "no gzip");
        Assert.IsType<ArtifactOutcome.Incomplete>(await UploadAsync(record));
        Assert.Equal("PENDING", backend.State);
    }

    [Fact]
    public async Task Many_files_are_announced_in_batches()
    {
        var record = ArtifactRecords.Model([.. Enumerable.Range(0, 60).Select(number => File($"f{number}", $"content {number}"))]);
        Assert.Equal(60, Assert.IsType<ArtifactOutcome.Committed>(await UploadAsync(record)).Files);
        Assert.Equal(3, backend.Log.Count(name => name == "CreateArtifactFiles"));
        Assert.Equal(60, backend.Stored.Count);
    }

    private ArtifactManifestEntry File(string path, string content) =>
        ArtifactRecords.File(path, Md5(content), content.Length, folder.Write(path, content));

    private static string Md5(string content) => SourceDigest.OfBytes(Encoding.UTF8.GetBytes(content));

    private async Task<ArtifactOutcome> UploadAsync(ArtifactRecord record, ArtifactUploadOptions? options = null, string? trainerFolder = null)
    {
        await using var server = await ScriptedServer.StartAsync(backend.Answer);
        return await UploadAsync(server, record, options, trainerFolder);
    }

    private async Task<ArtifactOutcome> UploadAsync(
        ScriptedServer server, ArtifactRecord record, ArtifactUploadOptions? options = null, string? trainerFolder = null)
    {
        using var http = TestHttp.To(server);
        var uploader = new ArtifactUploader(new GraphQLClient(http), new FilePut(http), options ?? new ArtifactUploadOptions(), TimeProvider.System);
        return await uploader.UploadAsync(ArtifactPlan.For(record, Run, trainerFolder is null ? TrainerFolders.Unknown : TrainerFolders.From(folder["elsewhere/train.py"], "train.py", trainerFolder, null)), Ct);
    }
}
