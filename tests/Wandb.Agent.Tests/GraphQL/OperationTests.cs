using System.Text.Json;
using System.Text.RegularExpressions;
using GraphQLParser;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.GraphQL;

public sealed partial class OperationTests
{
    private static readonly RunPath Run = new("team", "demo", "r1");

    private static readonly CreateArtifactVariables Artifact = new()
    {
        Entity = "team",
        Project = "demo",
        Type = "model",
        Collection = "m",
        Digest = "d",
        ClientId = "c",
        SequenceClientId = "s",
    };

    public static TheoryData<string> Operations => [.. All.Keys];

    private static Dictionary<string, Sample> All { get; } = new()
    {
        ["Viewer"] = Sample.Of(Viewer.Request(), """{"viewer":{"id":"1","entity":"team"}}"""),
        ["ServerFeaturesQuery"] = Sample.Of(ServerFeatures.Request(), """{"serverInfo":{"features":[]}}"""),
        ["UpsertBucket"] = Sample.Of(
            UpsertBucket.Request(new UpsertBucketVariables()),
            """{"upsertBucket":{"bucket":{"id":"1","name":"r","project":{"name":"p","entity":{"name":"e"}}},"inserted":false}}"""),
        ["RunResumeStatus"] = Sample.Of(RunResumeStatus.Request(Run), """{"model":{"bucket":null}}"""),
        ["CreateRunFiles"] = Sample.Of(
            CreateRunFiles.Request(Run, ["a"]), """{"createRunFiles":{"uploadHeaders":[],"files":[{"name":"a","uploadUrl":"/a"}]}}"""),
        ["NotifyScriptableRunAlert"] = Sample.Of(
            NotifyScriptableRunAlert.Request(Run, "t", "x", "WARN", 5), """{"notifyScriptableRunAlert":{"success":true}}"""),
        ["CreateArtifact"] = Sample.Of(CreateArtifact.Request(Artifact), """{"createArtifact":{"artifact":{"id":"1","state":"PENDING"}}}"""),
        ["CreateArtifactManifest"] = Sample.Of(
            CreateArtifactManifest.Request(Run, "1", null, ArtifactManifestKind.Full, null), """{"createArtifactManifest":{"artifactManifest":{"id":"2"}}}"""),
        ["UpdateArtifactManifest"] = Sample.Of(
            UpdateArtifactManifest.Request("2", "d"), """{"updateArtifactManifest":{"artifactManifest":{"id":"2"}}}"""),
        ["CreateArtifactFiles"] = Sample.Of(
            CreateArtifactFiles.Request("1", "2", [new ArtifactFileSpec("f", "m", null, null)]),
            """{"createArtifactFiles":{"files":{"edges":[{"node":{"artifact":{"id":"1"}}}]}}}"""),
        ["CompleteMultipartUploadArtifact"] = Sample.Of(
            CompleteMultipartUploadArtifact.Request([new UploadPart(1, "e")], "1", "p", "u"), """{"completeMultipartUploadArtifact":{"digest":"x"}}"""),
        ["CommitArtifact"] = Sample.Of(CommitArtifact.Request("1"), """{"commitArtifact":{"artifact":{"id":"1","digest":"d"}}}"""),
        ["UseArtifact"] = Sample.Of(UseArtifact.Request(Run, "1", withProject: true), """{"useArtifact":{"artifact":{"id":"1"}}}"""),
        ["ClientIDMapping"] = Sample.Of(ClientIDMapping.Request("c"), """{"clientIDMapping":null}"""),
        ["RunFilesByName"] = Sample.Of(
            RunFilesByName.Request(Run, ["a"]), """{"project":{"run":{"files":{"edges":[{"node":{"name":"a","md5":"m","sizeBytes":"5"}}]}}}}"""),
        ["ArtifactById"] = Sample.Of(ArtifactById.Request("1"), """{"artifact":null}"""),
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_document_is_GraphQL_and_names_its_operation(string name)
    {
        var document = Parser.Parse(All[name].Document);
        var operation = Assert.IsAssignableFrom<GraphQLParser.AST.GraphQLOperationDefinition>(Assert.Single(document.Definitions));
        Assert.Equal(name, operation.Name!.StringValue);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Exactly_the_declared_variables_are_sent(string name)
    {
        var declared = Variable().Matches(All[name].Document).Select(match => match.Groups[1].Value).Distinct().Order();
        using var sent = JsonDocument.Parse(All[name].Variables);
        Assert.Equal(declared, sent.RootElement.EnumerateObject().Select(member => member.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void A_complete_answer_is_read_and_one_of_another_shape_never_throws(string name)
    {
        Assert.True(All[name].Reads(All[name].Answer));
        foreach (var odd in (string[])["{}", "[]", "7", All[name].Answer.Replace('{', '[').Replace('}', ']').Replace(':', ',')])
            All[name].Reads(odd);
    }

    [Fact]
    public void A_file_without_a_url_makes_the_answer_useless()
    {
        var request = CreateRunFiles.Request(Run, ["a", "b"]);
        Assert.Null(Read(request, """{"createRunFiles":{"files":[{"name":"a","uploadUrl":"/a"}]}}"""));
        Assert.Null(Read(request, """{"createRunFiles":{"files":[{"name":"a","uploadUrl":"/a"},{"name":"b","uploadUrl":null}]}}"""));
        var answer = Read(request, """{"createRunFiles":{"uploadHeaders":["X:1"],"files":[{"name":"b","uploadUrl":"/b"},{"name":"a","uploadUrl":"/a"}]}}""");
        Assert.Equal("/b", answer!.Urls["b"]);
    }

    [Fact]
    public void Files_that_the_server_cannot_tell_are_not_the_same_as_none()
    {
        var request = RunFilesByName.Request(Run, ["a"]);
        Assert.Null(Read(request, """{"project":{"run":{"files":null}}}"""));
        Assert.Empty(Read(request, """{"project":{"run":null}}""")!.Files);
        Assert.Equal(new StoredRunFile("a", "m", 5), Assert.Single(Read(request, All["RunFilesByName"].Answer)!.Files));
    }

    [Fact]
    public void An_artifact_answer_with_fewer_files_than_asked_is_useless() =>
        Assert.Null(Read(
            CreateArtifactFiles.Request("1", "2", [new ArtifactFileSpec("f", "m", null, null), new ArtifactFileSpec("g", "m", null, null)]),
            """{"createArtifactFiles":{"files":{"edges":[{"node":{"artifact":{"id":"1"}}}]}}}"""));

    [Fact]
    public void The_tail_of_a_resumed_run_is_a_list_of_lines()
    {
        const string Answer =
            """
            {"model":{"bucket":{"id":"1","historyLineCount":9,"eventsLineCount":"4","logLineCount":null,"state":"crashed","config":"{}",
             "historyTail":"[\"{\\\"_step\\\":8}\"]","eventsTail":"oops"}}}
            """;
        var run = Read(RunResumeStatus.Request(Run), Answer)!.Run!;
        Assert.Equal((9, 4, 0, "crashed"), (run.HistoryLines, run.EventsLines, run.ConsoleLines, run.State));
        Assert.Equal("""{"_step":8}""", Assert.Single(run.HistoryTail));
        Assert.Empty(run.EventsTail);
    }

    [Theory]
    [InlineData("""{"viewer":{"id":"1","entity":"team"}}""", "team")]
    [InlineData("""{"viewer":{"id":"1","entity":null}}""", null)]
    [InlineData("""{"viewer":null}""", null)]
    public void Viewer_may_have_a_default_entity(string answer, string? entity) => Assert.Equal(entity, Read(Viewer.Request(), answer)!.Entity);

    [Fact]
    public void Features_are_those_that_are_enabled()
    {
        var features = Read(
            ServerFeatures.Request(),
            """{"serverInfo":{"features":[{"name":"FILESTREAM_GZIP","isEnabled":true},{"name":"STRUCTURED_CONSOLE_LOGS","isEnabled":false}]}}""")!;
        Assert.True(features.FileStreamGzip);
        Assert.False(features.StructuredConsoleLogs);
        Assert.False(ServerFeatures.OrNone(new ApiOutcome<ServerFeatures>.Failed(new ApiFailure.GaveUp(1, "x"))).FileStreamGzip);
    }

    [Fact]
    public void Tags_of_an_artifact_are_left_out_when_there_are_none()
    {
        Assert.DoesNotContain("tags", All["CreateArtifact"].Variables, StringComparison.Ordinal);
        Assert.Contains("""[{"tagName":"t"}]""", Sample.Of(CreateArtifact.Request(Artifact with { Tags = ["t"] }), "").Variables, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_that_the_server_does_not_understand_is_no_failure_of_the_run()
    {
        Assert.IsType<ServerReading<RunFilesAnswer>.Unsupported>(ReadingOf(new ApiFailure.Refused(RefusalKind.GraphQLErrors, 200, "no field md5")));
        Assert.IsType<ServerReading<RunFilesAnswer>.Unsupported>(ReadingOf(new ApiFailure.Refused(RefusalKind.Other, 422, "no field md5")));
        Assert.IsType<ServerReading<RunFilesAnswer>.Unsupported>(ReadingOf(new ApiFailure.Refused(RefusalKind.Other, 200, "lacks")));
        Assert.IsType<ServerReading<RunFilesAnswer>.Failed>(ReadingOf(new ApiFailure.Refused(RefusalKind.Forbidden, 403, "no")));
        Assert.IsType<ServerReading<RunFilesAnswer>.Failed>(ReadingOf(new ApiFailure.GaveUp(3, "gone")));
    }

    private static ServerReading<RunFilesAnswer> ReadingOf(ApiFailure cause) =>
        ServerReading<RunFilesAnswer>.From(new ApiOutcome<RunFilesAnswer>.Failed(cause));

    private static TAnswer? Read<TAnswer>(GraphQLRequest<TAnswer> request, string data)
        where TAnswer : class
    {
        using var document = JsonDocument.Parse(data);
        return request.ReadData(document.RootElement);
    }

    [GeneratedRegex(@"\$(\w+)")]
    private static partial Regex Variable();

    private sealed record Sample(string Document, string Variables, string Answer, Func<string, bool> Reads)
    {
        internal static Sample Of<TAnswer>(GraphQLRequest<TAnswer> request, string answer)
            where TAnswer : class
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            request.WriteVariables?.Invoke(json);
            json.WriteEndObject();
            json.Flush();
            return new Sample(request.Document, System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan), answer, data => Read(request, data) is not null);
        }
    }
}
