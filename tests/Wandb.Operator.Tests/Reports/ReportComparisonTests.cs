using System.Reflection;
using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Reports;

namespace Wandb.Operator.Tests.Reports;

public sealed class ReportComparisonTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    // Members of a run of which a change alone is no news of a state.
    private static readonly string[] Figures =
    [
        nameof(ReportedRun.LastStep), nameof(ReportedRun.RowsRead), nameof(ReportedRun.RowsAcknowledged), nameof(ReportedRun.BytesRead),
        nameof(ReportedRun.BytesAcknowledged), nameof(ReportedRun.BacklogBytes), nameof(ReportedRun.BacklogRecords), nameof(ReportedRun.LagSeconds),
        nameof(ReportedRun.Summary),
    ];

    private static readonly ReportedRun Run = new() { Id = "a", File = "run-a.wandb", State = ReportedRunState.Running };

    public static TheoryData<string> Members => [.. typeof(ReportedRun).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(member => member.Name)];

    [Theory]
    [MemberData(nameof(Members))]
    public void Every_member_of_a_run_but_the_figures_is_news_of_a_state(string member)
    {
        var property = typeof(ReportedRun).GetProperty(member)!;
        var changed = Run with { };
        property.SetValue(changed, Another(property.PropertyType));

        Assert.Equal(Figures.Contains(member) ? ReportNews.Figures : ReportNews.State, News(Report(Run), Report(changed)));
    }

    [Fact]
    public void First_report_is_news_of_a_state() => Assert.Equal(ReportNews.State, News(null, Report(Run)));

    [Fact]
    public void Older_report_is_no_news() =>
        Assert.Equal(ReportNews.None, News(Report(Run), Report(Run with { State = ReportedRunState.Synced }) with { SentAt = Begin.AddSeconds(-1) }));

    [Fact]
    public void The_same_again_is_figures_also_when_it_was_read_from_other_bytes()
    {
        var report = Report(Run with { Url = new Uri("https://wandb.example/a") }) with { Problems = ["disk full"] };
        var copy = JsonSerializer.Deserialize(JsonSerializer.Serialize(report, ContractJson.Default.AgentReport), ContractJson.Default.AgentReport)!;

        Assert.Equal(ReportNews.Figures, News(report, copy with { SentAt = Begin.AddSeconds(1) }));
    }

    [Fact]
    public void What_is_said_of_the_agent_and_the_server_is_news_of_a_state_but_for_the_time_of_the_next_try()
    {
        var report = Report(Run);
        var backend = report.Backend;

        Assert.Equal(ReportNews.Figures, News(report, report with { Backend = backend with { NextTry = Begin } }));
        Assert.Equal(ReportNews.State, News(report, report with { Backend = backend with { State = BackendState.Unreachable } }));
        Assert.Equal(ReportNews.State, News(report, report with { State = AgentState.Draining }));
        Assert.Equal(ReportNews.State, News(report, report with { IsLast = true }));
        Assert.Equal(ReportNews.State, News(report, report with { Problems = ["disk full"] }));
        Assert.Equal(ReportNews.State, News(report, report with { Runs = [Run, Run with { Id = "b" }] }));
        Assert.Equal(ReportNews.State, News(report, report with { Runs = [] }));
    }

    private static ReportNews News(AgentReport? before, AgentReport after) => ReportComparison.Of(before, after, TimeSpan.FromSeconds(1));

    private static AgentReport Report(ReportedRun run) => new()
    {
        AgentVersion = "1",
        SentAt = Begin,
        State = AgentState.Following,
        Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Reachable },
        Runs = [run],
    };

    private static object Another(Type type) =>
        type == typeof(string) ? "another"
        : type == typeof(Uri) ? new Uri("https://another.example")
        : type == typeof(ReportedRunState) ? ReportedRunState.Synced
        : type == typeof(IReadOnlyDictionary<string, JsonElement>) ? new Dictionary<string, JsonElement> { ["loss"] = JsonSerializer.SerializeToElement(0.5) }
        : (Nullable.GetUnderlyingType(type) ?? type) is var plain && plain == typeof(DateTimeOffset) ? Begin
        : Convert.ChangeType(7, plain, System.Globalization.CultureInfo.InvariantCulture);
}
