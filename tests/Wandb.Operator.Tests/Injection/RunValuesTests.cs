using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

/// <summary>What crashes <c>wandb.init()</c> of SDK 0.28.2, value by value.</summary>
public sealed class RunValuesTests
{
    private static readonly string Long = new('x', 129);

    public static TheoryData<string, string> Crashing() => new()
    {
        { "project", "a/b" }, { "project", "a\\b" }, { "project", "a#b" }, { "project", "a?b" }, { "project", "a%b" }, { "project", "a:b" },
        { "project", Long }, { "project", "" }, { "project", ".." }, { "id", "." },
        { "id", "" }, { "id", "a:b" }, { "id", "a;b" }, { "id", "a,b" }, { "id", "a#b" }, { "id", "a?b" }, { "id", "a/b" }, { "id", "a'b" },
        { "id", " a" }, { "id", "a " }, { "id", " " },
        { "tag", "" }, { "tag", new string('x', 65) },
        { "url", "wandb.corp" }, { "url", "" }, { "url", "ftp://wandb.corp" }, { "url", "https://wandb.ai" }, { "url", "https://app.wandb.ai" },
        { "url", "http://api.wandb.ai" }, { "url", "https://me:pw@wandb.corp" },
        { "WANDB_SWEEP_ID", "" }, { "WANDB_CONFIG_PATHS", "any" }, { "WANDB_SAVE_CODE", "maybe" }, { "WANDB_SILENT", "" },
        { "WANDB_X_STATS_SAMPLING_INTERVAL", "0.05" }, { "WANDB__STATS_SAMPLING_INTERVAL", "often" }, { "WANDB_X_SKIP_TRANSACTION_LOG", "true" },
        { "WANDB__DISABLE_STATS", "2" }, { "WANDB_CONSOLE", "loud" }, { "WANDB__SKIP_TRANSACTION_LOG", "true" },
        { "WANDB_X_STATS_SAMPLING_INTERVAL", "1,000" }, { "WANDB_X_LABEL", "a\0b" },
        { "WANDB_USE_DOT_WANDB", "maybe" }, { "WANDB_SHOW_COLORS", "never" }, { "WANDB_RESUMED", "" }, { "WANDB_SHOW_EMOJI", " true" },
        { "WANDB_INIT_TIMEOUT", "90s" }, { "WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL", "1s" }, { "WANDB_HTTP_TIMEOUT", "1m" }, { "WANDB_LOGIN_TIMEOUT", "" },
        { "WANDB_FINISH_TIMEOUT", "0x10" }, { "WANDB_X_SERVICE_WAIT", "-1" }, { "WANDB_INIT_TIMEOUT", "1e" }, { "WANDB_INIT_TIMEOUT", "." },
        { "WANDB_HEARTBEAT_SECONDS", "1.5" }, { "WANDB_HEARTBEAT_SECONDS", "1e3" }, { "WANDB__FILE_STREAM_RETRY_MAX", "inf" }, { "WANDB_SUMMARY_WARNINGS", "five" },
        { "WANDB_CONSOLE_CHUNK_MAX_BYTES", " -1" }, { "WANDB_X_FILE_STREAM_MAX_LINE_BYTES", "0" }, { "WANDB__STATS_DISK_PATHS", "/data" },
        { "WANDB_FORK_FROM", "abc" }, { "WANDB_FORK_FROM", "abc?_step=" }, { "WANDB_FORK_FROM", "?_step=1" }, { "WANDB_FORK_FROM", "abc?step=1" },
        { "WANDB_RESUME_FROM", "a/b?_step=1" }, { "WANDB_HTTPS_PROXY", "socks5://proxy:1080" }, { "WANDB_HTTP_PROXY", "proxy:3128" },
        // What the kubelet makes of a variable is not what it makes of a mount path.
        { "dir", "/data/$(JOB)" }, { "dir", "/data/$$x" }, { "dir", "data" }, { "dir", "/a:b" },
    };

    public static TheoryData<string, string> Harmless() => new()
    {
        { "project", "mnist 2" }, { "project", new string('x', 128) }, { "id", "run-1" }, { "id", "a b" },
        { "tag", new string('x', 64) }, { "tag", string.Concat(Enumerable.Repeat("🙂", 64)) }, { "tag", "a b" },
        { "url", "https://api.wandb.ai" }, { "url", "http://wandb.corp:8080" },
        { "WANDB_SILENT", "true" }, { "WANDB_SILENT", "0" }, { "WANDB_X_STATS_SAMPLING_INTERVAL", "0.1" }, { "WANDB_CONSOLE", "off" },
        { "WANDB_SHOW_COLORS", "oN" }, { "WANDB_SHOW_EMOJI", "T" }, { "WANDB_INIT_TIMEOUT", "90" }, { "WANDB_INIT_TIMEOUT", " 90 " },
        { "WANDB_INIT_TIMEOUT", "1e3" }, { "WANDB_INIT_TIMEOUT", "+.5E-1" }, { "WANDB_INIT_TIMEOUT", "1_000.5" }, { "WANDB_INIT_TIMEOUT", "Infinity" },
        { "WANDB_INIT_TIMEOUT", "-1" }, { "WANDB_HTTP_TIMEOUT", "nan" }, { "WANDB_HEARTBEAT_SECONDS", " +30.0\n" }, { "WANDB__LOG_LEVEL", "1_0" },
        { "WANDB_X_FILE_STREAM_MAX_LINE_BYTES", "10" }, { "WANDB_X_STATS_SAMPLING_INTERVAL", " 1e3 " }, { "WANDB_FORK_FROM", "abc?_step=12" },
        { "WANDB_RESUME_FROM", "a b?_step=0.5" }, { "WANDB_HTTPS_PROXY", "http://me:pw@proxy.corp:3128" }, { "WANDB_lower_case", "x" },
        { "WANDB_X_UNKNOWN", "whatever" }, { "WANDB_X_LABEL", "a\nb" }, { "dir", "/data/$x" },
    };

    [Theory]
    [MemberData(nameof(Crashing))]
    public void Value_that_crashes_the_SDK_is_refused(string what, string value) => Assert.NotNull(Problem(what, value));

    [Theory]
    [MemberData(nameof(Harmless))]
    public void Value_that_the_SDK_takes_is_taken(string what, string value) => Assert.Null(Problem(what, value));

    [Theory]
    [InlineData("WANDB_API_KEY")]
    [InlineData("WANDB_MODE")]
    [InlineData("WANDB_DIR")]
    [InlineData("WANDB_GROUP")]
    [InlineData("WANDB_AGENT_MODE")]
    [InlineData("WANDB_OPERATOR_POD_NAME")]
    [InlineData("PATH")]
    [InlineData("WANDB_")]
    [InlineData("WANDB_CONSOLE=off")]
    [InlineData("WANDB_CAFÉ")]
    [InlineData("WANDB_A B")]
    [InlineData("WANDB_A\n")]
    public void Variable_that_is_not_free_is_refused(string name) => Assert.NotNull(RunValues.Variable(name, "x"));

    [Theory]
    [InlineData("http://proxy.corp:3128", true)]
    [InlineData("https://me:pw@proxy.corp", true)]
    [InlineData("socks5://proxy.corp:1080", true)]
    [InlineData("nonsense", false)]
    [InlineData("proxy.corp:3128", false)]
    [InlineData("http://", false)]
    [InlineData("ftp://proxy.corp", false)]
    public void Proxy_is_an_address_with_its_scheme(string url, bool isRight) => Assert.Equal(isRight, RunValues.Proxy(url) is null);

    /// <summary>The validators of the SDK know fewer kinds than the agent.</summary>
    [Theory]
    [InlineData("http://proxy.corp:3128", true)]
    [InlineData("HTTPS://me:pw@proxy.corp", true)]
    [InlineData("socks5://proxy.corp:1080", false)]
    [InlineData("proxy.corp:3128", false)]
    public void Proxy_of_the_SDK_is_http_or_https(string url, bool isRight) => Assert.Equal(isRight, RunValues.IsProxyOfSdk(url));

    [Theory]
    [InlineData("ftp://me:hunter2@proxy.corp")]
    [InlineData("me:hunter2@proxy.corp:3128")]
    [InlineData("http://me:hun/ter2@proxy.corp")]
    [InlineData("http://me:hunter2@")]
    [InlineData("me:hunter2@http://proxy.corp:x")]
    public void Password_in_an_address_is_not_quoted(string url) =>
        Assert.All([RunValues.Proxy(url), RunValues.BaseUrl(url), RunValues.OtlpEndpoint(url)], told =>
        {
            Assert.NotNull(told);
            Assert.DoesNotContain("ter2", told, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("24h", true)]
    [InlineData("7d", true)]
    [InlineData("0h", false)]
    [InlineData("h", false)]
    [InlineData("1d12h", false)]
    [InlineData("-1h", false)]
    [InlineData("99999999999d", false)]
    public void Duration_is_a_number_and_a_unit(string duration, bool isRight) => Assert.Equal(isRight, RunValues.Duration(duration) is null);

    private static string? Problem(string what, string value) => what switch
    {
        "project" => RunValues.Project(value),
        "id" => RunValues.Id(value),
        "tag" => RunValues.Tag(value),
        "url" => RunValues.BaseUrl(value),
        "dir" => RunValues.Directory(value),
        _ => RunValues.Variable(what, value),
    };
}
