using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend;

namespace Wandb.Sandbox.Tests.Backend;

public sealed class FileStreamTests : IAsyncLifetime
{
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
    public async Task Lines_are_kept_at_their_offsets()
    {
        await SendHistoryAsync(0, """{"a":1}""", """{"a":2}""");
        await SendHistoryAsync(2, """{"a":3}""");

        Assert.Equal("""[{"a":1},{"a":2},{"a":3}]""", client.State()["history"]!.ToJsonString());
        Assert.Equal(0, Stat("gaps"));
    }

    [Fact]
    public async Task Sending_a_request_again_changes_nothing()
    {
        await SendHistoryAsync(0, """{"a":1}""", """{"a":2}""");
        await SendHistoryAsync(1, """{"a":2}""", """{"a":3}""");
        await SendHistoryAsync(1, """{"a":2}""", """{"a":3}""");

        Assert.Equal("""[{"a":1},{"a":2},{"a":3}]""", client.State()["history"]!.ToJsonString());
        Assert.Equal(3, Stat("written_twice_same"));
        Assert.Equal(0, Stat("written_twice_different"));
        Assert.Equal(3, Stat("posts"));
    }

    [Fact]
    public async Task Another_text_at_a_known_offset_replaces_the_line_and_is_counted()
    {
        await SendHistoryAsync(0, """{"a":1}""", """{"a":2}""", """{"a":3}""");
        await SendHistoryAsync(1, """{"b":"something longer"}""");

        Assert.Equal("""[{"a":1},{"b":"something longer"},{"a":3}]""", client.State()["history"]!.ToJsonString());
        Assert.Equal(1, Stat("written_twice_different"));
    }

    [Fact]
    public async Task A_jump_leaves_a_gap_that_later_lines_can_fill()
    {
        await SendHistoryAsync(0, """{"a":1}""");
        await SendHistoryAsync(3, """{"a":4}""");

        Assert.Equal("""[{"a":1},{"$gap":true},{"$gap":true},{"a":4}]""", client.State()["history"]!.ToJsonString());
        Assert.Equal(2, Stat("gaps"));

        await SendHistoryAsync(1, """{"a":2}""");
        Assert.Equal(1, Stat("gaps"));
        Assert.Equal(0, Stat("written_twice_different"));
    }

    [Fact]
    public async Task Non_finite_numbers_are_shown_in_a_form_that_json_can_say()
    {
        await SendHistoryAsync(0, """{"a":NaN,"b":[-Infinity,Infinity],"NaN":"say \"NaN\""}""", "not json");

        Assert.Equal(
            """{"a":{"$float":"NaN"},"b":[{"$float":"-Infinity"},{"$float":"Infinity"}],"NaN":"say \"NaN\""}""",
            client.State()["history"]![0]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("not json", client.State()["history"]![1]!["$invalid"]!.GetValue<string>());
    }

    [Fact]
    public async Task Text_arrives_unescaped_and_in_any_script()
    {
        await client.StreamAsync("""{"files":{"output.log":{"offset":0,"content":["t\u00e4glich \ud83d\ude00 \u2028 \"q\"",""]}}}""");

        Assert.Equal(["täglich 😀 \u2028 \"q\"", ""], client.State()["console"]!.AsArray().Select(line => line!.GetValue<string>()));
    }

    [Fact]
    public async Task The_end_of_a_run_is_remembered_and_what_comes_later_is_counted()
    {
        await client.StreamAsync("""{"preempting":true}""");
        await client.StreamAsync("{}");
        await client.StreamAsync("""{"uploaded":["a.txt","b.txt"]}""");
        var response = await client.StreamAsync("""{"uploaded":["b.txt"],"complete":true,"exitcode":3}""");
        await client.StreamAsync("{}");

        var run = client.State();
        Assert.True(run["complete"]!.GetValue<bool>());
        Assert.Equal(3, run["exitcode"]!.GetValue<int>());
        Assert.Equal(1, run["completes"]!.GetValue<int>());
        Assert.Equal(1, run["preempting"]!.GetValue<int>());
        Assert.Equal(2, run["heartbeats"]!.GetValue<int>());
        Assert.Equal(1, run["requests_after_complete"]!.GetValue<int>());
        Assert.Equal("""["a.txt","b.txt"]""", run["uploaded"]!.ToJsonString());
        Assert.False((await BackendClient.ReadAsync(response))["stopped"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_gzip_body_is_understood()
    {
        var zipped = new MemoryStream();
        await using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zip.WriteAsync(Encoding.UTF8.GetBytes(Body(0, """{"a":1}""")), BackendClient.Token);
        }

        var content = new ByteArrayContent(zipped.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
        var response = await client.SendAsync(HttpMethod.Post, "files/sandbox/demo/r1/file_stream", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""[{"a":1}]""", client.State()["history"]!.ToJsonString());
        Assert.Equal(zipped.Length, backend.Trace[^1].Bytes);
    }

    [Theory]
    [InlineData("this is not json")]
    [InlineData("[]")]
    [InlineData("""{"files":{"wandb-history.jsonl":{"content":["{}"]}}}""")]
    [InlineData("""{"files":{"wandb-history.jsonl":{"offset":0,"content":[{"a":1}]}}}""")]
    [InlineData("""{"files":{"wandb-history.jsonl":{"offset":-1,"content":["{}"]}}}""")]
    [InlineData("""{"files":{"wandb-history.jsonl":{"offset":1000000000000,"content":["{}"]}}}""")]
    public async Task A_malformed_body_is_refused_and_changes_nothing(string body)
    {
        await SendHistoryAsync(0, """{"a":1}""");

        var response = await client.StreamAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""[{"a":1}]""", client.State()["history"]!.ToJsonString());
    }

    [Fact]
    public async Task A_run_that_does_not_exist_is_answered_with_404()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await client.StreamAsync("{}", "nobody")).StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_answered_with_401()
    {
        var wrong = await client.SendAsync(HttpMethod.Post, "files/sandbox/demo/r1/file_stream", BackendClient.Json("{}"), "wrong");
        var missing = await client.SendAsync(HttpMethod.Post, "files/sandbox/demo/r1/file_stream", BackendClient.Json("{}"), key: null);

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, missing.StatusCode);
        Assert.Equal(0, client.State()["heartbeats"]!.GetValue<int>());
        Assert.Equal("""{"ok":1,"wrong":1,"missing":1}""", backend.State()["auth"]!.ToJsonString());
    }

    private async Task SendHistoryAsync(int offset, params string[] lines) =>
        Assert.Equal(HttpStatusCode.OK, (await client.StreamAsync(Body(offset, lines))).StatusCode);

    private static string Body(int offset, params string[] lines) => new JsonObject
    {
        ["files"] = new JsonObject
        {
            ["wandb-history.jsonl"] = new JsonObject
            {
                ["offset"] = offset,
                ["content"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]),
            },
        },
    }.ToJsonString();

    private int Stat(string name) => client.State()["stream_stats"]!["wandb-history.jsonl"]![name]!.GetValue<int>();
}
