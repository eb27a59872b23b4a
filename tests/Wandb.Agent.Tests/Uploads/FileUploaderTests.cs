using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Http;
using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Uploads;

public sealed class FileUploaderTests : IDisposable
{
    private static readonly RunPath Run = new("team", "demo", "r1");

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Files_arrive_whole_with_the_headers_that_the_server_wants()
    {
        var big = new byte[(300 << 10) + 7];
        Random.Shared.NextBytes(big);
        await using var server = await ScriptedServer.StartAsync(Backend);
        var outcomes = await UploadAsync(server, Local("a b/ü.txt", folder.Write("x", "hello")), Local("empty", folder.Write("e", "")), Local("big", folder.Write("b", big)));

        Assert.Equal(
            [
                new FileOutcome.Uploaded("a b/ü.txt", 5, "XUFAKrxLKna5cZ2REBfFkg==", 201),
                new FileOutcome.Uploaded("empty", 0, "1B2M2Y8AsgTpgAmY7PhCfg==", 201),
                new FileOutcome.Uploaded("big", big.Length, SourceDigest.OfBytes(big), 201),
            ],
            outcomes);
        Assert.Equal("CreateRunFiles", server.Requests[0].Operation);
        var puts = Puts(server);
        Assert.Equal(3, puts.Length);
        Assert.Equal(big, puts.Single(put => put.Target == "/storage/big?sig=a%2Bb%2D").Body);
        Assert.All(puts, put =>
        {
            Assert.Equal("1", put.Header("X-Want"));
            Assert.Equal("text/odd", put.Header("Content-Type"));
            Assert.Equal(put.Body.Length.ToString(CultureInfo.InvariantCulture), put.Header("Content-Length"));
            Assert.Null(put.Header("Authorization"));
        });
    }

    [Fact]
    public async Task Content_that_the_server_has_is_not_sent_again()
    {
        await using var server = await ScriptedServer.StartAsync(Backend);
        var outcomes = await UploadAsync(server, new FileUpload("f", Memory("hello"), "XUFAKrxLKna5cZ2REBfFkg=="));
        Assert.Equal([new FileOutcome.Unchanged("f", 5, "XUFAKrxLKna5cZ2REBfFkg==")], outcomes);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Nothing_is_read_of_a_file_that_lies_there_as_it_was_uploaded()
    {
        await using var server = await ScriptedServer.StartAsync(Backend);
        var path = folder.Write("f", "hello");
        var first = Assert.IsType<FileOutcome.Uploaded>(Assert.Single(await UploadAtAsync(TimeSpan.FromMinutes(1), server, Local("f", path))));
        Assert.Equal(FileStamp.Of(path), first.Stamp);

        // Other content under the same stamp: who reads it sees that.
        var written = File.GetLastWriteTimeUtc(path);
        await File.WriteAllTextAsync(path, "HELLO", Ct);
        File.SetLastWriteTimeUtc(path, written);
        var known = new FileUpload("f", new UploadSource.LocalFile(path), first.Md5) { KnownStamp = FileStamp.Of(path) };
        Assert.Equal([new FileOutcome.Unchanged("f", 5, first.Md5) { Stamp = known.KnownStamp }], await UploadAtAsync(TimeSpan.FromMinutes(2), server, known));

        File.SetLastWriteTimeUtc(path, written.AddTicks(1));
        Assert.IsType<FileOutcome.Uploaded>(Assert.Single(await UploadAtAsync(TimeSpan.FromMinutes(2), server, known)));
        Assert.Equal(2, Puts(server).Length);
    }

    [Fact]
    public async Task Stamp_of_a_file_that_was_written_just_now_says_nothing()
    {
        await using var server = await ScriptedServer.StartAsync(Backend);

        var outcome = Assert.Single(await UploadAtAsync(TimeSpan.Zero, server, Local("f", folder.Write("f", "hello"))));

        Assert.Null(Assert.IsType<FileOutcome.Uploaded>(outcome).Stamp);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_the_others_go_on()
    {
        File.CreateSymbolicLink(folder["dangling"], folder["nowhere"]);
        File.CreateSymbolicLink(folder["link"], folder.Write("original", "hello"));
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        Directory.CreateDirectory(folder["folder"]);
        await MakePipeAsync(folder["pipe"]);
        await using var server = await ScriptedServer.StartAsync(Backend);
        var outcomes = await UploadAsync(
            server,
            Local("gone", folder["gone"]),
            Local("dangling", folder["dangling"]),
            Local("loop", folder["loop"]),
            Local("folder", folder["folder"]),
            Local("pipe", folder["pipe"]),
            Local("device", "/dev/zero"),
            Local("below a file", folder["original/x"]),
            Local("link", folder["link"]));
        Assert.Equal(
            [
                new FileOutcome.Missing("gone", folder["gone"]),
                new FileOutcome.Missing("dangling", folder["dangling"]),
                new FileOutcome.Unreadable("loop", "cannot be opened"),
                new FileOutcome.Unreadable("folder", "not a regular file"),
                new FileOutcome.Unreadable("pipe", "not a regular file"),
                new FileOutcome.Unreadable("device", "not a regular file"),
                new FileOutcome.Missing("below a file", folder["original/x"]),
                new FileOutcome.Uploaded("link", 5, "XUFAKrxLKna5cZ2REBfFkg==", 201),
            ],
            outcomes);
    }

    [Fact]
    public async Task A_file_that_changes_between_looking_and_sending_is_looked_at_again_and_never_arrives_mixed()
    {
        var path = folder.Write("f", new string('a', 300_000));
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.Number == 1)
                folder.Write("f", new string('b', 250_000));
            return Backend(request);
        });
        var outcome = Assert.IsType<FileOutcome.Uploaded>(Assert.Single(await UploadAsync(server, Local("f", path))));
        Assert.Equal(250_000, outcome.SizeBytes);
        Assert.Equal(new string('b', 250_000), Assert.Single(Puts(server)).Text);
    }

    [Fact]
    public async Task A_file_that_never_rests_is_called_unstable()
    {
        var opened = 0;
        var source = new UploadSource.Streamed(() => new MemoryStream(Encoding.UTF8.GetBytes($"state {opened++}")), 7);
        await using var server = await ScriptedServer.StartAsync(Backend);
        Assert.Equal([new FileOutcome.Unstable("f", 5)], await UploadAsync(server, new FileUpload("f", source, null)));
        Assert.Empty(Puts(server));
    }

    [Fact]
    public async Task A_growing_file_arrives_as_it_was_when_it_was_looked_at()
    {
        var path = folder.Write("log", "one\n");
        await using var server = await ScriptedServer.StartAsync(request =>
        {
            if (request.Number == 1)
                File.AppendAllText(path, "two\n");
            return Backend(request);
        });
        Assert.Equal(4, Assert.IsType<FileOutcome.Uploaded>(Assert.Single(await UploadAsync(server, Local("log", path)))).SizeBytes);
        Assert.Equal("one\n", Assert.Single(Puts(server)).Text);
    }

    [Fact]
    public async Task A_put_is_tried_again_after_a_lost_answer_and_told_when_refused()
    {
        var lost = 0;
        await using var server = await ScriptedServer.StartAsync(request => request.Target switch
        {
            "/storage/bad?sig=a%2Bb%2D" => new Reply(403, Encoding.UTF8.GetBytes("<Error>\n<Code>AccessDenied</Code></Error>")),
            "/storage/slow?sig=a%2Bb%2D" => Reply.Empty(503),
            "/storage/lost?sig=a%2Bb%2D" when lost++ == 0 => Reply.Empty() with { CutBefore = true },
            _ => Backend(request),
        });
        var outcomes = await UploadAsync(server, new("bad", Memory("1"), null), new("slow", Memory("2"), null), new("lost", Memory("3"), null));
        Assert.Equal(new FileOutcome.Refused("bad", 403, "<Error> <Code>AccessDenied</Code></Error>"), outcomes[0]);
        Assert.Equal(new FileOutcome.GaveUp("slow", "HTTP 503"), outcomes[1]);
        Assert.IsType<FileOutcome.Uploaded>(outcomes[2]);
    }

    [Fact]
    public async Task A_page_with_status_200_is_not_taken_for_a_store_that_has_the_file()
    {
        await using var server = await ScriptedServer.StartAsync(request =>
            request.Method == "PUT" ? Reply.Json("<!DOCTYPE html><html><title>Sign in</title></html>") : Backend(request));
        var outcome = Assert.IsType<FileOutcome.GaveUp>(Assert.Single(await UploadAsync(server, new FileUpload("a", Memory("1"), null))));
        Assert.Contains("a web page, \"Sign in\"", outcome.LastReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_server_gives_no_urls_no_file_counts_as_uploaded()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Reply.Json("""{"errors":[{"message":"run not found"}]}"""));
        var outcomes = await UploadAsync(server, new("a", Memory("1"), null), new("b", Memory("2"), null), new("c", Memory("3"), null));
        Assert.All(outcomes, outcome => Assert.Equal("run not found", Assert.IsType<FileOutcome.Refused>(outcome).Message));
        Assert.Equal(2, server.Requests.Count);
    }

    private static Reply Backend(Received request)
    {
        if (request.Method == "PUT")
            return Reply.Empty(201);
        var files = request.Variables.GetProperty("files").EnumerateArray()
            .Select(file => $$"""{"name":{{file.GetRawText()}},"uploadUrl":"/storage/{{Uri.EscapeDataString(file.GetString()!)}}?sig=a%2Bb%2D"}""");
        return Reply.Json(
            """{"data":{"createRunFiles":{"runID":"1","uploadHeaders":["X-Want:1","Content-Type:text/odd"],"files":["""
            + string.Join(',', files) + "]}}}");
    }

    private static Received[] Puts(ScriptedServer server) => [.. server.Requests.Where(request => request.Method == "PUT")];

    private static FileUpload Local(string name, string path) => new(name, new UploadSource.LocalFile(path), null);

    private static UploadSource.Memory Memory(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task MakePipeAsync(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        await process.WaitForExitAsync(Ct);
        Assert.Equal(0, process.ExitCode);
    }

    private static Task<IReadOnlyList<FileOutcome>> UploadAsync(ScriptedServer server, params FileUpload[] files) => UploadAtAsync(TimeSpan.Zero, server, files);

    private static async Task<IReadOnlyList<FileOutcome>> UploadAtAsync(TimeSpan later, ScriptedServer server, params FileUpload[] files)
    {
        using var http = TestHttp.To(server);
        var uploader = new FileUploader(new GraphQLClient(http), new FilePut(http), new FileUploadOptions { BatchSize = 2 }, new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later));
        return await uploader.UploadAsync(Run, files, Ct);
    }
}
