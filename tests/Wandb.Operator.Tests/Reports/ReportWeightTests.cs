using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Reports;

namespace Wandb.Operator.Tests.Reports;

public sealed class ReportWeightTests
{
    private static readonly AgentReport Empty = Read("");

    /// <summary>What a pod can make large.</summary>
    [Theory]
    [InlineData(""" "agentVersion":"LONG" """)]
    [InlineData(""" "problems":["LONG"] """)]
    [InlineData(""" "backend":{"baseUrl":"http://w/LONG","state":"Reachable"} """)]
    [InlineData(""" "backend":{"baseUrl":"http://w","state":"Reachable","reason":"LONG"} """)]
    [InlineData(""" "runs":[{"file":"f","state":"Running","id":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","state":"Running","file":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","entity":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","project":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","name":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","url":"http://w/LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","group":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","jobType":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","container":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","exitReason":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","receiptDigest":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","message":"LONG"}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","summary":{"LONG":1}}] """)]
    [InlineData(""" "runs":[{"id":"r","file":"f","state":"Running","summary":{"loss":"LONG"}}] """)]
    public void Every_text_weighs_at_least_what_it_takes(string member)
    {
        var length = 10_000;

        Assert.InRange(ReportWeight.Of(Read(member.Replace("LONG", new string('x', length), StringComparison.Ordinal))), 2 * length, 20 * length);
    }

    [Fact]
    public void Many_small_things_weigh_what_their_objects_take()
    {
        var values = string.Join(',', Enumerable.Range(0, 1000).Select(index => $"\"{index}\":1"));
        var numbers = string.Join(',', Enumerable.Repeat("1", 1000));

        Assert.InRange(Weight($$$""" "runs":[{"id":"r","file":"f","state":"Running","summary":{ {{{values}}} }}] """), 1000 * 250, 1000 * 500);
        Assert.InRange(Weight($$$""" "runs":[{"id":"r","file":"f","state":"Running","summary":{"a":[{{{numbers}}}]}}] """), 1000 * 14, 1000 * 30);
        Assert.InRange(Weight($$""" "runs":[{{string.Join(',', Enumerable.Repeat("""{"id":"r","file":"f","state":"Running"}""", 1000))}}] """), 1000 * 300, 1000 * 1000);
        Assert.InRange(Weight($$""" "problems":[{{string.Join(',', Enumerable.Repeat("\"\"", 1000))}}] """), 1000 * 8, 1000 * 50);
    }

    /// <summary>20,000 of them fit into the budget of the chart's memory limit.</summary>
    [Fact]
    public void Report_of_one_run_weighs_a_few_thousand_bytes() => Assert.InRange(
        ReportWeight.Of(Read("""
            "agentVersion":"0.1.0","runs":[{"id":"3fk2x9ab","entity":"team","project":"demo","name":"train-0","url":"https://wandb.example/team/demo/runs/3fk2x9ab","group":"folds","container":"main",
             "file":"/wandb-operator/runs/wandb/offline-run-20260301_100000-3fk2x9ab/run-3fk2x9ab.wandb","state":"Synced","summary":{"loss":0.1,"accuracy":0.9},
             "receiptDigest":"0123456789012345678901234567890123456789012345678901234567890123"}]
            """)),
        1000, ReportBudget.Of(768 << 20).Bytes / ReportBudget.MaxPods);

    [Theory]
    [InlineData(0, 16)]
    [InlineData(768, 192)]
    [InlineData(24 << 10, 512)]
    public void Budget_is_a_share_of_the_memory_within_limits(long memory, long expected) => Assert.Equal(expected << 20, ReportBudget.Of(memory << 20).Bytes);

    private static long Weight(string member) => ReportWeight.Of(Read(member)) - ReportWeight.Of(Empty);

    private static AgentReport Read(string members) => JsonSerializer.Deserialize(
        $$"""{"sentAt":"2026-03-01T10:00:00Z","state":"Following"{{Default(members, "agentVersion", "\"1\"")}}{{Default(members, "backend", """{"baseUrl":"http://w","state":"Reachable"}""")}}{{(members.Length > 0 ? "," + members : "")}}}""",
        ContractJson.Default.AgentReport)!;

    private static string Default(string members, string name, string value) => members.Contains($"\"{name}\"", StringComparison.Ordinal) ? "" : $",\"{name}\":{value}";
}
