using System.Text.RegularExpressions;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>Reasons, metrics, flags, variables, alerts and messages that pages name are those of the programs, and what people meet is on its page.</summary>
public sealed partial class DocumentedNamesTests
{
    // Of Kubernetes, W&B and others.
    private static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        "BaseException", "SystemExit", "SIGTERM", "SIGKILL", "TMPDIR", "PYTHONPATH", "ImagePullBackOff", "CronJob", "ConfigMap", "LimitRange", "ServiceMonitor",
        "PodMonitor", "NetworkPolicy", "RoleBinding", "RuntimeDefault", "SelfSubjectAccessReview", "TokenReview", "FailIndex", "KUBECONFIG",
    };

    // As a collector's exporter makes them of units and kinds.
    private static readonly string[] Endings = ["_total", "_bytes", "_seconds", "_seconds_bucket", "_seconds_sum", "_seconds_count"];

    private static readonly Lazy<string> Sources = new(() => string.Join(
        '\n',
        new[] { "Wandb.Contract", "Wandb.Agent", "Wandb.Operator", "Wandb.Sandbox" }
            .SelectMany(project => Directory.EnumerateFiles(Repository.Path("src", project), "*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText)));

    public static TheoryData<string> PagesOfNames() => new("troubleshooting", "status", "runbooks", "kfold", "limits", "security", "operator", "injection", "precedence", "sidecar", "observability");

    [Theory]
    [MemberData(nameof(PagesOfNames))]
    public void Reasons_and_states_are_those_of_the_programs(string page)
    {
        var kinds = string.Join('\n', Directory.GetFiles(Repository.Path("crds")).Concat(Directory.GetFiles(Repository.Path("charts", "wandb-operator", "templates"))).Select(File.ReadAllText));
        var unknown = CodePattern().Matches(Page(page)).Select(match => match.Groups[1].Value)
            .Where(word => ReasonPattern().IsMatch(word) && !Foreign.Contains(word))
            .Distinct(StringComparer.Ordinal)
            .Where(word => !Regex.IsMatch(Sources.Value, $@"\b{word}\b") && !Regex.IsMatch(kinds, $@"\b{word}\b"));

        Assert.Equal([], unknown);
    }

    [Fact]
    public void Every_reason_of_an_admission_is_in_the_troubleshooting()
    {
        var reasons = typeof(ProblemReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal([], reasons.Where(reason => !Page("troubleshooting").Contains($"`{reason}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_condition_and_its_reasons_are_in_the_page_about_the_status()
    {
        var rules = File.ReadAllText(Repository.Path("src", "Wandb.Operator", "Runs", "RunStatusRules.cs"));
        var names = typeof(ConditionTypes).GetFields().Select(field => (string)field.GetRawConstantValue()!)
            .Concat(VerdictPattern().Matches(rules).Select(match => match.Groups[1].Value)).Except(["True", "False", "Unknown"]).ToList();

        Assert.True(names.Count > 20, string.Join(' ', names));
        Assert.Equal([], names.Where(name => !Page("status").Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Metrics_are_those_that_are_counted()
    {
        var counted = MetricPattern().Matches(
                File.ReadAllText(Repository.Path("src", "Wandb.Operator", "OperatorMetrics.cs"))
                + File.ReadAllText(Repository.Path("src", "Wandb.Agent", "Telemetry", "AgentMetrics.cs")))
            .Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var described = MetricRowPattern().Matches(Page("observability")).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(counted.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("docs/observability.md")]
    [InlineData("docs/runbooks.md")]
    [InlineData("charts/wandb-operator/templates/prometheusrule.yaml")]
    public void Metrics_in_the_names_of_Prometheus_are_those_that_are_counted(string file)
    {
        var counted = MetricRowPattern().Matches(Page("observability")).Select(match => match.Groups[1].Value.Replace('.', '_')).ToList();
        var named = PrometheusPattern().Matches(File.ReadAllText(Repository.Path(file))).Select(match => match.Value).Distinct(StringComparer.Ordinal);

        Assert.Equal([], named.Where(name => !counted.Exists(metric => PrometheusNames(metric).Contains(name))));
    }

    [Fact]
    public void Every_alert_has_its_runbook_and_the_reverse()
    {
        var alerts = AlertPattern().Matches(File.ReadAllText(Repository.Path("charts", "wandb-operator", "templates", "prometheusrule.yaml"))).Select(match => match.Groups[1].Value);
        var runbooks = RunbookPattern().Matches(Page("runbooks")).Select(match => match.Groups[1].Value);

        Assert.Equal(alerts.Order(StringComparer.Ordinal), runbooks.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("operator", "wandb-operator", "serve")]
    [InlineData("sidecar", "wandb-agent", "run")]
    public void Flags_of_a_table_are_those_of_the_command(string page, string program, string command)
    {
        var help = ProgramHelp.Of(program, command)!;
        var described = FlagRowPattern().Matches(Page(page)).SelectMany(row => FlagPattern().Matches(row.Value)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var known = FlagPattern().Matches(help).Select(match => match.Value).Where(flag => flag is not ("--help" or "--version")).ToHashSet(StringComparer.Ordinal);

        Assert.Equal([], described.Except(known));
        Assert.Equal([], known.Except(FlagPattern().Matches(Page(page)).Select(match => match.Value)));
    }

    [Fact]
    public void Variables_are_read_by_somebody()
    {
        var read = Sources.Value;
        var unknown = DocumentedCommands.Pages.SelectMany(page => VariablePattern().Matches(File.ReadAllText(Repository.Path(page))).Select(match => match.Value))
            .Distinct(StringComparer.Ordinal)
            .Where(name => !read.Contains(name, StringComparison.Ordinal) && !IsFlag(name));

        Assert.Equal([], unknown);

        // Each flag of serve is a variable as well.
        static bool IsFlag(string name) => name.StartsWith("WANDB_OPERATOR_", StringComparison.Ordinal)
            && ProgramHelp.HasFlag(ProgramHelp.Of("wandb-operator", "serve")!, "--" + name["WANDB_OPERATOR_".Length..].ToLowerInvariant().Replace('_', '-'));
    }

    [Fact]
    public void Messages_in_the_troubleshooting_are_those_of_the_programs()
    {
        var section = Page("troubleshooting")[Page("troubleshooting").IndexOf("## Syncing", StringComparison.Ordinal)..];
        var unknown = from row in section.Split('\n')
                      where row.StartsWith("| `", StringComparison.Ordinal)
                      from message in CodeSpanPattern().Matches(row.Split(" | ")[0]).Select(match => match.Groups[1].Value)
                      from part in VaryingPattern().Split(message).Select(part => part.Trim(' ', ',', ':', '(', ')'))
                      where part.Length > 3 && !Sources.Value.Contains(part, StringComparison.Ordinal)
                      select $"'{part}' of `{message}`";

        Assert.Equal([], unknown);
    }

    private static string Page(string name) => File.ReadAllText(Repository.Path("docs", name + ".md"));

    private static string[] PrometheusNames(string metric) =>
        [metric, .. Endings.Select(ending => metric + ending)];

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex CodePattern();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpanPattern();

    // One word or several, each begun by a capital.
    [GeneratedRegex("^([A-Z]+[a-z]+)+$")]
    private static partial Regex ReasonPattern();

    [GeneratedRegex("\"([A-Z][A-Za-z]+)\"")]
    private static partial Regex VerdictPattern();

    [GeneratedRegex("\"(wandb\\.(?:agent|operator)\\.[a-z_.]+)\"")]
    private static partial Regex MetricPattern();

    [GeneratedRegex("^\\| `(wandb\\.(?:agent|operator)\\.[a-z_.]+)`", RegexOptions.Multiline)]
    private static partial Regex MetricRowPattern();

    [GeneratedRegex(@"wandb_(?:agent|operator)_[a-z_]+")]
    private static partial Regex PrometheusPattern();

    [GeneratedRegex("\"name\" \"(Wandb\\w+)\"")]
    private static partial Regex AlertPattern();

    [GeneratedRegex(@"^## (\w+)$", RegexOptions.Multiline)]
    private static partial Regex RunbookPattern();

    [GeneratedRegex(@"^\| .*`--.*$", RegexOptions.Multiline)]
    private static partial Regex FlagRowPattern();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*[a-z]")]
    private static partial Regex FlagPattern();

    [GeneratedRegex(@"\bWANDB_(?:AGENT|OPERATOR)_[A-Z_]*[A-Z]\b")]
    private static partial Regex VariablePattern();

    // What stands for something else, numbers, and the words that follow a number, because they may have a plural.
    [GeneratedRegex(@"…|\b\d+ (?:files|items)\b|\d+-\d+|\d+|\bs\b|\(HTTP")]
    private static partial Regex VaryingPattern();
}
