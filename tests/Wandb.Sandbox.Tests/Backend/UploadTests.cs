using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Tests.Backend;

[SuppressMessage("Security", "CA5351", Justification = "W&B's digests are MD5.")]
public sealed class UploadTests : IAsyncLifetime
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("some content");
    private LocalBackend backend = null!;
    private BackendClient client = null!;

    public async ValueTask InitializeAsync()
    {
        backend = await LocalBackend.StartAsync(new LocalBackendOptions(), BackendClient.Token);
        client = new BackendClient(backend);
        await client.CreateRunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await backend.DisposeAsync();
    }

    [Fact]
    public async Task A_run_file_is_kept_with_size_and_digest_and_found_by_name()
    {
        var (url, headers) = await RunFileUrlAsync(client, "media/images/ä b.png");
        var response = await client.PutAsync(url, Content, headers, MD5.HashData(Content));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(Content))}\"", response.Headers.ETag!.Tag);
        var found = await client.GraphQLAsync(
            "{ model(name: \"demo\", entityName: \"sandbox\") { bucket(name: \"r1\") { files(names: [\"media/images/ä b.png\", \"other\"]) { edges { node { name md5 sizeBytes } } } } } }");
        var node = found["data"]!["model"]!["bucket"]!["files"]!["edges"]!.AsArray().Single()!["node"]!;
        Assert.Equal(Convert.ToBase64String(MD5.HashData(Content)), node["md5"]!.GetValue<string>());
        Assert.Equal(12, node["sizeBytes"]!.GetValue<int>());
        Assert.Equal("media/images/ä b.png", backend.Trace[^2].Detail!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        var (url, headers) = await RunFileUrlAsync(client, "empty.txt");

        Assert.Equal(HttpStatusCode.OK, (await client.PutAsync(url, [], headers)).StatusCode);
        Assert.Equal("""{"puts":1,"size":0,"md5":"1B2M2Y8AsgTpgAmY7PhCfg=="}""", client.State()["files"]!["empty.txt"]!.ToJsonString());
    }

    [Fact]
    public async Task Uploads_go_where_the_client_knows_the_backend()
    {
        using var behindService = new BackendClient(backend) { Host = "wandb-server.team-a.svc:8080" };
        var (url, _) = await RunFileUrlAsync(behindService, "empty.txt");

        Assert.StartsWith("http://wandb-server.team-a.svc:8080/storage/", url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_known_files_are_shown_with_their_text()
    {
        var (url, headers) = await RunFileUrlAsync(client, "wandb-metadata.json");
        await client.PutAsync(url, "{}"u8.ToArray(), headers);

        Assert.Equal("{}", client.State()["files"]!["wandb-metadata.json"]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_upload_without_the_returned_headers_is_refused()
    {
        var (url, _) = await RunFileUrlAsync(client, "a.txt");

        Assert.Equal(HttpStatusCode.Forbidden, (await client.PutAsync(url, Content, [])).StatusCode);
        Assert.Equal(1, backend.State()["missing_upload_headers"]!.GetValue<int>());
        Assert.Empty(client.State()["files"]!.AsObject());
    }

    [Fact]
    public async Task An_upload_with_a_wrong_digest_is_refused()
    {
        var (url, headers) = await RunFileUrlAsync(client, "a.txt");

        Assert.Equal(HttpStatusCode.BadRequest, (await client.PutAsync(url, Content, headers, MD5.HashData("other"u8))).StatusCode);
        Assert.Empty(client.State()["files"]!.AsObject());
    }

    [Fact]
    public async Task An_upload_that_carries_the_key_is_refused_and_counted()
    {
        var (url, headers) = await RunFileUrlAsync(client, "a.txt");

        Assert.Equal(HttpStatusCode.BadRequest, (await client.PutAsync(url, Content, [.. headers, "Authorization:Basic xyz"])).StatusCode);
        Assert.Equal(1, backend.State()["auth_on_storage"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_url_that_was_not_given_out_is_refused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PutAsync("storage/run/0123456789abcdef?sig=0123456789abcdef", Content, ["X-Sandbox-Upload:run"])).StatusCode);
    }

    [Fact]
    public async Task A_name_that_climbs_out_of_its_folder_stays_inside()
    {
        var (url, headers) = await RunFileUrlAsync(client, "../../../escape.txt");
        await client.PutAsync(url, Content, headers);

        Assert.Equal(12, client.State()["files"]!["../../../escape.txt"]!["size"]!.GetValue<int>());
        Assert.Empty(backend.State()["problems"]!.AsArray());
    }

    [Fact]
    public async Task An_artifact_goes_through_files_manifest_and_commit()
    {
        var id = await CreateArtifactAsync();
        var file = await ArtifactFileAsync(id, "m.bin", Content);
        Assert.Equal(HttpStatusCode.OK, (await PutNodeAsync(file, Content)).StatusCode);

        var manifest = Encoding.UTF8.GetBytes("""{"version":1,"contents":{}}""");
        var announced = Convert.ToBase64String(MD5.HashData(manifest));
        var created = await client.GraphQLAsync(
            "mutation ($d: String!, $u: Boolean!, $a: ID!) { createArtifactManifest(input: {artifactID: $a, name: \"wandb_manifest.json\", digest: $d, entityName: \"\", projectName: \"demo\", runName: \"r1\", type: FULL}) { artifactManifest { id file { uploadUrl @include(if: $u) uploadHeaders @include(if: $u) } } } }",
            new JsonObject { ["a"] = id, ["d"] = announced, ["u"] = true });
        await PutNodeAsync((JsonObject)created["data"]!["createArtifactManifest"]!["artifactManifest"]!["file"]!, manifest);
        await client.GraphQLAsync("mutation ($a: ID!) { commitArtifact(input: {artifactID: $a}) { artifact { id digest state } } }", new JsonObject { ["a"] = id });
        await client.GraphQLAsync(
            "mutation ($i: UseArtifactInput!) { useArtifact(input: $i) { artifact { id } } }",
            new JsonObject { ["i"] = new JsonObject { ["artifactID"] = id, ["entityName"] = "sandbox", ["projectName"] = "demo", ["runName"] = "r1" } });

        var artifact = backend.State()["artifacts"]!.AsArray().Single()!;
        Assert.Equal("COMMITTED", artifact["state"]!.GetValue<string>());
        Assert.True(artifact["manifests"]![0]!["digest_ok"]!.GetValue<bool>());
        Assert.Equal(1, artifact["manifests"]![0]!["content"]!["version"]!.GetValue<int>());
        Assert.Equal(artifact["files"]!["m.bin"]!["md5"]!.GetValue<string>(), artifact["files"]!["m.bin"]!["received_md5"]!.GetValue<string>());
        Assert.Equal("""["latest"]""", artifact["aliases"]!.ToJsonString());
        Assert.Equal("""["model"]""", client.State()["used_artifacts"]!.ToJsonString());
        Assert.Empty(backend.State()["problems"]!.AsArray());
        var asked = await client.GraphQLAsync("query ($a: ID!) { artifact(id: $a) { id digest state } }", new JsonObject { ["a"] = id });
        Assert.Equal("COMMITTED", asked["data"]!["artifact"]!["state"]!.GetValue<string>());
        var mapped = await client.GraphQLAsync("{ clientIDMapping(clientID: \"client-1\") { serverID } unknown: clientIDMapping(clientID: \"client-2\") { serverID } }");
        Assert.Equal(id, mapped["data"]!["clientIDMapping"]!["serverID"]!.GetValue<string>());
        Assert.Null(mapped["data"]!["unknown"]);
    }

    [Fact]
    public async Task A_file_that_is_there_needs_no_upload()
    {
        var id = await CreateArtifactAsync();
        await PutNodeAsync(await ArtifactFileAsync(id, "m.bin", Content), Content);

        Assert.Null((await ArtifactFileAsync(id, "m.bin", Content))["uploadUrl"]);
        Assert.NotNull((await ArtifactFileAsync(id, "m.bin", "other"u8.ToArray()))["uploadUrl"]);
    }

    [Fact]
    public async Task The_same_digest_is_the_same_artifact()
    {
        Assert.Equal(await CreateArtifactAsync(), await CreateArtifactAsync());
        Assert.Equal(2, backend.State()["artifacts"]!.AsArray().Single()!["creates"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_multipart_upload_is_put_together_in_the_order_of_part_numbers()
    {
        byte[][] parts = ["first "u8.ToArray(), "second "u8.ToArray(), "third"u8.ToArray()];
        var id = await CreateArtifactAsync();
        var node = await MultipartNodeAsync(id, parts);
        var urls = node["uploadMultipartUrls"]!["uploadUrlParts"]!.AsArray();
        foreach (var i in (int[])[2, 0, 1])
        {
            Assert.Equal(HttpStatusCode.OK, (await client.PutAsync(urls[i]!["uploadUrl"]!.GetValue<string>(), parts[i], [], MD5.HashData(parts[i]))).StatusCode);
        }

        var answer = await CompleteAsync(id, node, [.. parts.Select(Hex)]);

        var whole = Convert.ToBase64String(MD5.HashData(parts.SelectMany(part => part).ToArray()));
        Assert.Equal(whole, answer["data"]!["completeMultipartUploadArtifact"]!["digest"]!.GetValue<string>());
        var file = backend.State()["artifacts"]![0]!["files"]!["big.bin"]!;
        Assert.Equal(whole, file["received_md5"]!.GetValue<string>());
        Assert.Equal((18, 3), (file["size"]!.GetValue<int>(), file["parts"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_multipart_upload_with_a_missing_part_is_not_completed()
    {
        byte[][] parts = ["first "u8.ToArray(), "second"u8.ToArray()];
        var id = await CreateArtifactAsync();
        var node = await MultipartNodeAsync(id, parts);
        await client.PutAsync(node["uploadMultipartUrls"]!["uploadUrlParts"]![0]!["uploadUrl"]!.GetValue<string>(), parts[0], []);

        var answer = await CompleteAsync(id, node, [.. parts.Select(Hex)]);

        Assert.Contains("part 2", answer["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(backend.State()["artifacts"]![0]!["files"]!["big.bin"]!["received_md5"]);
    }

    private static string Hex(byte[] part) => Convert.ToHexStringLower(MD5.HashData(part));

    private static async Task<(string Url, string[] Headers)> RunFileUrlAsync(BackendClient client, string path)
    {
        var answer = await client.GraphQLAsync(
            "mutation ($f: [String!]!) { createRunFiles(input: {entityName: \"sandbox\", projectName: \"demo\", runName: \"r1\", files: $f}) { runID uploadHeaders files { name uploadUrl } } }",
            new JsonObject { ["f"] = new JsonArray(path) });
        var created = answer["data"]!["createRunFiles"]!;
        return (created["files"]![0]!["uploadUrl"]!.GetValue<string>(), [.. created["uploadHeaders"]!.AsArray().Select(header => header!.GetValue<string>())]);
    }

    private async Task<string> CreateArtifactAsync()
    {
        var answer = await client.GraphQLAsync(
            "mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id state artifactSequence { latestArtifact { id } } } } }",
            new JsonObject
            {
                ["input"] = new JsonObject
                {
                    ["entityName"] = "",
                    ["projectName"] = "demo",
                    ["runName"] = "r1",
                    ["artifactTypeName"] = "model",
                    ["artifactCollectionName"] = "model",
                    ["digest"] = "d1",
                    ["clientID"] = "client-1",
                    ["aliases"] = new JsonArray(new JsonObject { ["artifactCollectionName"] = "model", ["alias"] = "latest" }),
                },
            });
        return answer["data"]!["createArtifact"]!["artifact"]!["id"]!.GetValue<string>();
    }

    private async Task<JsonObject> ArtifactFileAsync(string id, string name, byte[] content) => await ArtifactFileAsync(new JsonObject
    {
        ["artifactID"] = id,
        ["name"] = name,
        ["md5"] = Convert.ToBase64String(MD5.HashData(content)),
    });

    private async Task<JsonObject> ArtifactFileAsync(JsonObject spec)
    {
        var answer = await client.GraphQLAsync(
            "mutation ($f: [CreateArtifactFileSpecInput!]!) { createArtifactFiles(input: {artifactFiles: $f, storageLayout: V2}) { files { edges { node { storagePath uploadUrl uploadHeaders uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } } artifact { id } } } } } }",
            new JsonObject { ["f"] = new JsonArray(spec) });
        return (JsonObject)answer["data"]!["createArtifactFiles"]!["files"]!["edges"]![0]!["node"]!;
    }

    private Task<JsonObject> MultipartNodeAsync(string id, byte[][] parts) => ArtifactFileAsync(new JsonObject
    {
        ["artifactID"] = id,
        ["name"] = "big.bin",
        ["md5"] = Convert.ToBase64String(MD5.HashData(parts.SelectMany(part => part).ToArray())),
        ["uploadPartsInput"] = new JsonArray([.. parts.Select((part, i) => new JsonObject { ["partNumber"] = i + 1, ["hexMD5"] = Hex(part) })]),
    });

    private Task<JsonObject> CompleteAsync(string id, JsonObject node, string[] hashes) => client.GraphQLAsync(
        "mutation ($p: [UploadPartsInput!]!, $a: ID!, $s: String!, $u: String!) { completeMultipartUploadArtifact(input: {completeMultipartAction: Complete, completedParts: $p, artifactID: $a, storagePath: $s, uploadID: $u}) { digest } }",
        new JsonObject
        {
            ["p"] = new JsonArray([.. hashes.Select((hash, i) => new JsonObject { ["partNumber"] = i + 1, ["hexMD5"] = $"\"{hash}\"" })]),
            ["a"] = id,
            ["s"] = node["storagePath"]!.GetValue<string>(),
            ["u"] = node["uploadMultipartUrls"]!["uploadID"]!.GetValue<string>(),
        });

    private Task<HttpResponseMessage> PutNodeAsync(JsonObject node, byte[] content) => client.PutAsync(
        node["uploadUrl"]!.GetValue<string>(), content, node["uploadHeaders"]!.AsArray().Select(header => header!.GetValue<string>()));
}
