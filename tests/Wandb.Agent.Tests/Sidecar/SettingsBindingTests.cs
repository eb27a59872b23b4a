using Microsoft.Extensions.Logging;
using Wandb.Agent.Logs;
using Wandb.Agent.Sidecar;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class SettingsBindingTests
{
    private static readonly Dictionary<string, string> InPod = new()
    {
        [AgentEnvironment.Roots] = "/runs:/more",
        [AgentEnvironment.Containers] = "a,b",
        [AgentEnvironment.StateDirectory] = "/state",
        [AgentEnvironment.ApiKeyFile] = "/key/api-key",
        [AgentEnvironment.SyncPolicy] = "AtExit",
        [AgentEnvironment.Mode] = "online",
        [AgentEnvironment.GraceSeconds] = "55",
        [AgentEnvironment.DeleteAfter] = "24h",
        [AgentEnvironment.RunAdditions] = """{"config":{"lr":0.1},"tags":["t"],"notes":"n","summaryMetrics":["loss"]}""",
        [AgentEnvironment.ReportUrl] = "https://operator.example/v1/reports",
        [AgentEnvironment.ReportTokenFile] = "/token/token",
        [AgentEnvironment.PodNamespace] = "ml",
        [AgentEnvironment.PodName] = "train-0",
        [AgentEnvironment.PodUid] = "u",
        [AgentEnvironment.NodeName] = "n1",
        [AgentEnvironment.OwnerKind] = "Job",
        [AgentEnvironment.OwnerName] = "train",
        [AgentEnvironment.CompletionIndex] = "3",
        [AgentEnvironment.Images] = """{"a":"img:1"}""",
        [AgentEnvironment.Labels] = """{"team":"x"}""",
        [AgentEnvironment.Storage] = "kept",
        [AgentEnvironment.ExitStatus] = AgentEnvironment.ZeroExitStatus,
        [AgentEnvironment.LogLevel] = "debug",
        [AgentEnvironment.LogFormat] = "json",
    };

    [Fact]
    public void Every_variable_of_the_contract_is_bound()
    {
        var (settings, problems) = Bind(InPod);

        Assert.Empty(problems);
        Assert.Equal(["/runs", "/more"], settings.Roots);
        Assert.Equal(["a", "b"], settings.Containers);
        Assert.Equal(("/state", "/key/api-key"), (settings.StateDirectory, settings.ApiKeyFile));
        Assert.Equal((SyncPolicy.AtExit, RunMode.Online), (settings.Policy, settings.Mode));
        Assert.Equal((TimeSpan.FromSeconds(55), TimeSpan.FromHours(24)), (settings.Grace, settings.DeleteAfter));
        Assert.Equal((0.1, "t", "n", "loss"), (settings.Additions.Config["lr"].GetDouble(), settings.Additions.Tags[0], settings.Additions.Notes, settings.Additions.SummaryMetrics[0]));
        Assert.Equal(("https://operator.example/v1/reports", "/token/token"), (settings.Operator!.Url.AbsoluteUri, settings.Operator.TokenFile));
        Assert.Equal((true, true), (settings.KeepsStorage, settings.EndsWithZero));
        Assert.Equal(new LogSettings(LogLevel.Debug, LogFormat.Json), settings.Log);
        var pod = settings.Pod;
        Assert.Equal(("ml", "train-0", "u", "n1"), (pod.Namespace, pod.Name, pod.Uid, pod.Node));
        Assert.Equal(("Job", "train", 3, "img:1", "x"), (pod.OwnerKind, pod.OwnerName, pod.CompletionIndex, pod.Images["a"], pod.Labels["team"]));
    }

    [Fact]
    public void Options_go_before_variables_and_paths_begin_at_the_working_directory()
    {
        var (settings, problems) = Bind(InPod, ["here"], ("--grace", "1"), ("--mode", "offline"), ("--writer-exit", "exit"), ("--sync-policy", "live"), ("--exit-status", "proof"));

        Assert.Empty(problems);
        Assert.False(settings.EndsWithZero);
        Assert.Equal(["/job/here"], settings.Roots);
        Assert.Equal((TimeSpan.FromSeconds(1), RunMode.Offline, SyncPolicy.Live, "/job/exit"), (settings.Grace, settings.Mode, settings.Policy, settings.WriterExitFile));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "ml", false)]
    [InlineData("kept", "ml", true)]
    [InlineData("pod", null, false)]
    public void Storage_goes_with_the_pod_unless_it_is_said_to_stay(string? storage, string? pod, bool isKept)
    {
        var variables = new Dictionary<string, string>();
        if (storage is not null)
            variables[AgentEnvironment.Storage] = storage;
        if (pod is not null)
            variables[AgentEnvironment.PodNamespace] = pod;
        Assert.Equal(isKept, Bind(variables, ["/runs"]).Settings.KeepsStorage);
    }

    [Fact]
    public void Nothing_but_a_directory_is_needed()
    {
        var (settings, problems) = Bind([], ["/runs"]);

        Assert.Empty(problems);
        Assert.Equal((TimeSpan.FromSeconds(25), SyncPolicy.Live, RunMode.Offline), (settings.Grace, settings.Policy, settings.Mode));
        Assert.Null(settings.Operator);
        Assert.False(settings.EndsWithZero);
        Assert.False(settings.Pod.IsKnown);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_value_and_limit()
    {
        var (_, problems) = Bind(new()
        {
            [AgentEnvironment.GraceSeconds] = "-1",
            [AgentEnvironment.Mode] = "disabled",
            [AgentEnvironment.SyncPolicy] = "Sometimes",
            [AgentEnvironment.ExitStatus] = "always",
            [AgentEnvironment.DeleteAfter] = "soon",
            [AgentEnvironment.ReportUrl] = "operator:8443",
            [AgentEnvironment.ReportCa] = "-----BEGIN CERTIFICATE-----",
            [AgentEnvironment.CompletionIndex] = "x",
            [AgentEnvironment.Images] = "{",
            [AgentEnvironment.RunAdditions] = $$"""{"tags":["{{new string('t', 65)}}", null]}""",
        });

        string[] told =
        [
            "no directory to follow: give DIR, or set WANDB_AGENT_ROOTS",
            "WANDB_AGENT_SYNC_POLICY 'Sometimes' is none of Live, AtExit, Manual",
            "WANDB_AGENT_MODE 'disabled' is none of offline, online",
            "WANDB_AGENT_GRACE_SECONDS '-1' is not a whole number from 0 to 86400",
            "WANDB_AGENT_EXIT_STATUS 'always' is none of zero, proof",
            "WANDB_AGENT_DELETE_AFTER 'soon' is not a whole number with s, m, h or d, such as 24h, from 1s to 3650d",
            $"WANDB_AGENT_RUN_ADDITIONS: the tag '{new string('t', 65)}' has 65 characters; a tag has 1 to 64",
            "WANDB_AGENT_RUN_ADDITIONS: the tag '' has 0 characters; a tag has 1 to 64",
            "WANDB_AGENT_REPORT_URL 'operator:8443' is not a URL that starts with http:// or https://, without a user name",
            "WANDB_AGENT_REPORT_CA holds no certificate in PEM",
            "WANDB_AGENT_COMPLETION_INDEX 'x' is not a whole number from 0 to 2147483647",
            "WANDB_AGENT_IMAGES '{' is not JSON of the kind that belongs there",
        ];
        Assert.Equal(told, problems);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("7d", 604_800)]
    public void Durations_have_a_unit(string text, int seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("0h")]
    [InlineData("24")]
    [InlineData("1.5h")]
    [InlineData("-1h")]
    [InlineData("9999999d")]
    public void Other_text_is_no_duration(string text) => Assert.False(DurationText.TryParse(text, out _));

    private static (SidecarSettings Settings, IReadOnlyList<string> Problems) Bind(
        Dictionary<string, string> variables, string[]? roots = null, params (string Name, string Value)[] options)
    {
        var given = options.ToDictionary(option => option.Name, option => (string?)option.Value, StringComparer.Ordinal);
        var reader = new SettingReader(given, name => variables.GetValueOrDefault(name));
        return (SettingsBinding.Bind(reader, roots ?? [], "/job"), reader.Problems);
    }
}
