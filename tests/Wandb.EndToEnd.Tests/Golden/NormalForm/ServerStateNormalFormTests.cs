using System.Text.Json.Nodes;
using Xunit;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

public sealed class ServerStateNormalFormTests
{
    [Fact]
    public void Identity_that_was_set_to_nothing_was_never_set()
    {
        JsonNode run = NormalRun(bucket: """{"displayName":"name","groupName":"","jobType":null,"notes":"text","tags":null}""");

        Assert.Equal("name", run["display_name"]!.GetValue<string>());
        Assert.Null(run["group"]);
        Assert.Null(run["job_type"]);
        Assert.Equal("text", run["notes"]!.GetValue<string>());
        Assert.Empty(run["tags"]!.AsArray());
        Assert.Null(run["host"]);
    }

    [Fact]
    public void Config_is_taken_apart()
    {
        JsonNode run = NormalRun(bucket: """
            {"config":{"lr":{"value":0.1},"bare":1,"nan":{"value":{"$float":"NaN"},"desc":null},
              "_wandb":{"value":{"cli_version":"0.28.2","t":{"4":"3.11.7"},"code_path":"code/train.py",
                "e":{"random key":{"host":"trainer-0","writerId":"w"}},
                "m":[{"1":"loss","5":3,"6":[3,1],"7":[]},{"2":"val/*","5":3,"6":[1],"7":[2,1]},{"1":"epoch","6":[]},{"1":"lost","5":9}]}}},
             "program":"train.py"}
            """);

        Assert.Equal("""{"lr":0.1,"bare":{"$notwrapped":1},"nan":{"$float":"NaN"}}""", run["config"]!.ToJsonString());
        Assert.Equal("""{"code_path":"code/train.py"}""", run["config_wandb"]!.ToJsonString());
        Assert.Equal("""{"host":"trainer-0","writerId":"w"}""", run["environment"]!.ToJsonString());
        Assert.Equal(
            """[{"1":"epoch"},{"1":"loss","5":"epoch","6":[1,3]},{"1":"lost","5":null},{"2":"val/*","5":"epoch","6":[1],"7":[1,2]}]""",
            run["metrics"]!.ToJsonString());
        Assert.Equal("0.28.2", run["info"]!["cli_version"]!.GetValue<string>());
        Assert.Equal("train.py", run["info"]!["program"]!.GetValue<string>());
    }

    [Fact]
    public void Config_that_is_no_object_is_marked()
    {
        JsonNode run = NormalRun(bucket: """{"config":[1]}""");

        Assert.Equal("""{"$invalid":[1]}""", run["config"]!.ToJsonString());
    }

    [Theory]
    [InlineData("2026-11-24T11:19:47.265320 step 1", "  step 1")]
    [InlineData("2026-11-24T11:19:47 step 1", "  step 1")]
    [InlineData("ERROR 2026-11-24T11:19:47.265320 ", "! ")]
    [InlineData("2026-11-24T11:19:47.265320 a\nb\n", "  a\nb\n")]
    [InlineData("""{"level":"error","ts":"2026-11-24T11:19:47.265320","content":"boom"}""", "! boom")]
    [InlineData("""{"ts":"2026-11-24T11:19:47.265320","content":""}""", "  ")]
    [InlineData("""{"content":"no time"}""", """?? {"content":"no time"}""")]
    [InlineData("""{"half":""", """?? {"half":""")]
    [InlineData("no time", "?? no time")]
    [InlineData(null, "<gap>")]
    public void Console_line_loses_its_time_and_keeps_its_stream(string? line, string normal) => Assert.Equal(normal, ConsoleLineNormalForm.From(line));

    [Fact]
    public void Generated_files_are_compared_by_content_and_others_by_digest()
    {
        JsonNode files = NormalRun(files: """
            {"wandb-summary.json":{"size":9,"md5":"x","text":"{\"a\":NaN}"},"wandb-metadata.json":{"size":1,"md5":"x","text":"{"},
             "config.yaml":{"size":1,"md5":"x","text":"lr:\n    value: .inf\n"},"output.log":{"size":3,"md5":"abc","puts":2,"text":"ok\n"}}
            """)["files"]!;

        Assert.Equal("""{"json":{"a":{"$float":"NaN"}}}""", files["wandb-summary.json"]!.ToJsonString());
        Assert.Equal("""{"json":{"$invalid":"{"}}""", files["wandb-metadata.json"]!.ToJsonString());
        Assert.Equal("""{"json":{"lr":{"$float":"Infinity"}}}""", files["config.yaml"]!.ToJsonString());
        Assert.Equal("""{"size":3,"md5":"abc"}""", files["output.log"]!.ToJsonString());
    }

    [Fact]
    public void Artifacts_are_sorted_and_share_the_label_of_their_sequence()
    {
        JsonArray artifacts = ServerStateNormalForm.From(State("", "", $$"""
            {{Artifact("model", "2", "seq-b")}},{{Artifact("model", "1", "seq-b")}},{{Artifact("data", "9", "seq-a")}}
            """))["artifacts"]!.AsArray();

        Assert.Equal(["data 9 seq-1", "model 1 seq-2", "model 2 seq-2"], artifacts.Select(artifact => $"{artifact!["name"]} {artifact["digest"]} {artifact["sequence"]}"));
        Assert.Equal(
            """
            {"entity":"e","project":"p","type":"t","name":"data","digest":"9","state":"COMMITTED","description":null,"metadata":{"a":1},"aliases":["a","b"],"tags":[],"run":"r","sequence":"seq-1","client_id_length":3,"ttl":null,"manifest":{"version":1,"contents":{"f":{"digest":"d","size":1}}},"manifest_digest_ok":true,"files":{"f":{"md5":"d","received_md5":"d","size":1}}}
            """,
            artifacts[0]!.ToJsonString());
    }

    [Fact]
    public void Missing_member_is_named()
    {
        JsonObject state = State("{}", "{}", "");
        state["runs"]![0]!.AsObject().Remove("stream_stats");

        Assert.Contains("stream_stats", Assert.Throws<InvalidDataException>(() => ServerStateNormalForm.From(state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_is_not_changed()
    {
        JsonObject state = State("""{"tags":["a"]}""", "{}", Artifact("model", "1", "s"));
        string before = state.ToJsonString();

        _ = ServerStateNormalForm.From(state);

        Assert.Equal(before, state.ToJsonString());
    }

    private static JsonNode NormalRun(string bucket = "{}", string files = "{}") => ServerStateNormalForm.From(State(bucket, files, ""))["runs"]![0]!;

    private static JsonObject State(string bucket, string files, string artifacts) => (JsonObject)JsonNode.Parse($$"""
        {"runs":[{{(bucket.Length == 0 ? "" : $$"""
          {"entity":"e","project":"p","run":"r","bucket":{{bucket}},"history":[{"_step":0}],"events":[],"summary":null,"console":[],
           "complete":true,"exitcode":0,"preempting":0,"uploaded":["b","a"],"files":{{files}},"alerts":[],
           "stream_stats":{"wandb-history.jsonl":{"gaps":1},"output.log":{"gaps":2} },"requests_after_complete":0}
          """)}}],
         "artifacts":[{{artifacts}}],"problems":[]}
        """)!;

    private static string Artifact(string name, string digest, string sequence) => $$"""
        {"entity":"e","project":"p","type":"t","name":"{{name}}","digest":"{{digest}}","state":"COMMITTED","description":"","metadata":{"a":1},
         "aliases":["b","a"],"tags":[],"run":"r","clientID":"abc","sequenceClientID":"{{sequence}}","ttlDurationSeconds":null,
         "manifests":[{"content":{"version":1,"contents":{"f":{"digest":"d","size":1,"local_path":"x","skip_cache":false} } },"digest_ok":true},{"digest":""}],
         "files":{"f":{"md5":"d","received_md5":"d","size":1,"puts":1} } }
        """;
}
