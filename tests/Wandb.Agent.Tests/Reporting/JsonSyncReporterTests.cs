using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Reporting;

public sealed class JsonSyncReporterTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly JsonSyncReporter _reporter;

    public JsonSyncReporterTests() => _reporter = new JsonSyncReporter(_output, _error, new FakeTimeProvider());

    [Fact]
    public void Standard_output_holds_one_object_a_run_and_nothing_else()
    {
        _reporter.Problem(new PathProblem("nope", "no such file or directory"));
        _reporter.Note("a", "something");
        _reporter.Waiting("UpsertBucket", "HTTP 503", TimeSpan.FromSeconds(1), 1);
        _reporter.Finished(Reports.Synced);
        _reporter.Finished(Reports.Unusable);
        _reporter.Close([Reports.Synced, Reports.Unusable], []);
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["synced", "unusable"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("result").GetString()));
        Assert.Equal(3, _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void The_object_has_the_documented_fields()
    {
        var line = RunReportJson.Line(Reports.Synced.WithLost(1) with { MissingFiles = ["a\"b"] });
        Assert.Equal(
            """
            {"file":"wandb/offline-run-1-a/run-a.wandb","result":"synced","exitStatus":3,"unproved":false,"message":"","entity":"team","project":"demo","run":"minima8394",
            "displayName":null,"group":null,"jobType":null,"url":"https://wandb.example/team/demo/runs/minima8394","fileBytes":0,"growing":false,
            "records":0,"unknownRecords":0,"historyLines":3,"eventLines":0,"consoleLines":0,"files":4,"artifacts":0,"missingFiles":["a\"b"],
            "setAside":0,"lostRecords":1,"lost":[{"first":10,"last":10,"fromByte":32768,"toByte":32867,"reason":"checksum"}],
            "exitCode":0,"receipt":null,"seconds":1.5}
            """.ReplaceLineEndings(""),
            line);
    }

    [Fact]
    public void Every_field_is_there_for_a_file_that_gave_nothing()
    {
        var full = Names(Reports.Synced);
        Assert.Equal(full, Names(Reports.Unusable));
    }

    [Fact]
    public void An_entity_that_the_file_does_not_name_is_null()
    {
        var report = Reports.Synced with { Run = new RunPath("", "demo", "a") };
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(RunReportJson.Line(report)).RootElement.GetProperty("entity").ValueKind);
    }

    private static IEnumerable<string> Names(RunReport report) =>
        JsonDocument.Parse(RunReportJson.Line(report)).RootElement.EnumerateObject().Select(property => property.Name);
}
