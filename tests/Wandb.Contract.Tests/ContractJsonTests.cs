using System.Text.Json;

namespace Wandb.Contract.Tests;

/// <summary>Names on the wire never change by accident: pods of an older version go on for weeks.</summary>
public sealed class ContractJsonTests
{
    private static readonly AgentReport Report = new()
    {
        AgentVersion = "0.1.0",
        SentAt = DateTimeOffset.UnixEpoch,
        State = AgentState.Buffering,
        Backend = new BackendReport
        {
            BaseUrl = new Uri("https://wandb.example"),
            State = BackendState.Unreachable,
            Since = DateTimeOffset.UnixEpoch,
            Reason = "connection refused",
            NextTry = DateTimeOffset.UnixEpoch,
        },
        Runs =
        [
            new ReportedRun
            {
                Id = "ab12", File = "/r/run-ab12.wandb", State = ReportedRunState.Running, LastStep = 7, ExitCode = 3, ReceiptDigest = "00",
                Url = new Uri("https://wandb.example/e/p/runs/ab12"), StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch,
                Summary = new Dictionary<string, JsonElement> { ["loss"] = JsonElement.Parse("0.5") },
            },
        ],
        Problems = ["no room"],
        IsLast = true,
    };

    [Fact]
    public void Report_has_the_names_that_deployed_operators_read()
    {
        var json = JsonSerializer.SerializeToElement(Report, ContractJson.Default.AgentReport);

        Assert.Equal(
            ["version", "agentVersion", "sentAt", "state", "backend", "runs", "problems", "isLast"], Names(json));
        Assert.Equal(["baseUrl", "state", "since", "reason", "nextTry"], Names(json.GetProperty("backend")));
        Assert.Equal(
            [
                "id", "entity", "project", "name", "url", "group", "jobType", "container", "file", "state", "startedAt", "finishedAt", "lastStep",
                "rowsRead", "rowsAcknowledged", "bytesRead", "bytesAcknowledged", "backlogBytes", "backlogRecords", "lagSeconds", "recordsLost",
                "setAside", "files", "artifacts", "summary", "exitCode", "exitReason", "receiptDigest", "message",
            ],
            Names(json.GetProperty("runs")[0]));
        Assert.Equal("Buffering", json.GetProperty("state").GetString());
    }

    [Fact]
    public void Answer_has_the_names_that_deployed_agents_read()
    {
        var answer = new ReportAnswer
        {
            Ended =
            [
                new ContainerEnd
                {
                    Container = "trainer", ExitCode = 137, Reason = "OOMKilled",
                    StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch,
                },
            ],
            Attempt = 1,
            HoldsUpPod = true,
        };

        var json = JsonSerializer.SerializeToElement(answer, ContractJson.Default.ReportAnswer);

        Assert.Equal(["version", "ended", "attempt", "holdsUpPod"], Names(json));
        Assert.Equal(["container", "exitCode", "reason", "startedAt", "finishedAt"], Names(json.GetProperty("ended")[0]));
    }

    [Fact]
    public void Members_of_a_later_version_are_ignored()
    {
        const string later = """{"version":2,"ended":[{"container":"t","reason":"Error","exitCode":1,"signal":9}],"restartAt":"tomorrow"}""";

        var answer = JsonSerializer.Deserialize(later, ContractJson.Default.ReportAnswer)!;

        Assert.Equal(2, answer.Version);
        Assert.Equal(1, Assert.Single(answer.Ended).ExitCode);
    }

    [Fact]
    public void Members_that_are_missing_or_null_have_their_defaults()
    {
        var answer = JsonSerializer.Deserialize("{}", ContractJson.Default.ReportAnswer)!;
        var additions = JsonSerializer.Deserialize("""{"tags":null}""", ContractJson.Default.RunAdditions)!;
        const string shortest = """
            {"agentVersion":"1","sentAt":"2026-01-01T00:00:00Z","state":"Done","backend":{"baseUrl":"http://w","state":"Unknown"},
             "runs":[{"id":"a","file":"f","state":"Pending"}]}
            """;
        var report = JsonSerializer.Deserialize(shortest, ContractJson.Default.AgentReport)!;

        Assert.Equal((1, 0), (answer.Version, answer.Ended.Count));
        Assert.Equal((0, 0, 0), (additions.Config.Count, additions.Tags.Count, additions.SummaryMetrics.Count));
        Assert.Equal((1, 0, ""), (report.Version, report.Problems.Count, report.Backend.Reason));
        Assert.Equal(("", "", 0), (report.Runs[0].Name, report.Runs[0].Message, report.Runs[0].Summary.Count));
    }

    [Fact]
    public void Exit_status_that_decides_nothing_has_the_words_that_deployed_agents_and_operators_read() =>
        Assert.Equal(("WANDB_AGENT_EXIT_STATUS", "zero"), (AgentEnvironment.ExitStatus, AgentEnvironment.ZeroExitStatus));

    [Fact]
    public void Report_comes_back_as_it_was_sent()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Report, ContractJson.Default.AgentReport);
        var back = JsonSerializer.Deserialize(bytes, ContractJson.Default.AgentReport)!;

        Assert.Equal(Report.Backend, back.Backend);
        Assert.Equal(0.5, back.Runs[0].Summary["loss"].GetDouble());
        Assert.Equal(bytes, JsonSerializer.SerializeToUtf8Bytes(back, ContractJson.Default.AgentReport));
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);
}
