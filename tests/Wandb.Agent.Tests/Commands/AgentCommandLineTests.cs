using Wandb.Agent.Commands;
using Xunit;

namespace Wandb.Agent.Tests.Commands;

public sealed class AgentCommandLineTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("sync", "--help")]
    [InlineData("sync", "-h", "--jobs", "0")]
    public async Task Help_has_examples_and_the_exit_statuses(params string[] args)
    {
        var run = await CommandRun.OfAsync(_directory.Path, args);
        Assert.Equal(0, run.Status);
        Assert.Contains("Usage:\n  wandb-agent ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  wandb-agent sync ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit status:\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Help_names_every_option_of_sync()
    {
        var run = await CommandRun.OfAsync(_directory.Path, "sync", "--help");
        string[] options = ["--project", "--entity", "--id", "--group", "--job-type", "--name", "--replace-tags", "--include-synced", "--jobs",
            "--finish", "--base-url", "--api-key-file", "--dry-run", "--allow-missing", "--output"];
        Assert.All(options, option => Assert.Contains($"  {option} ", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_is_that_of_the_agent()
    {
        var run = await CommandRun.OfAsync(_directory.Path, "--version");
        Assert.Equal((0, $"wandb-agent {typeof(AgentCommandLine).Assembly.GetName().Version!.ToString(3)}\n"), (run.Status, run.Output));
    }

    [Theory]
    [InlineData("no command was given")]
    [InlineData("unknown command 'frob'", "frob")]
    [InlineData("unknown option '--frob'", "--frob")]
    [InlineData("unknown option '--frob'", "sync", "--frob")]
    [InlineData("--jobs '0' is not a whole number from 1 to 64", "sync", "--jobs", "0")]
    [InlineData("--jobs '65' is not a whole number from 1 to 64", "sync", "--jobs=65")]
    [InlineData("--jobs 'many' is not a whole number from 1 to 64", "sync", "--jobs", "many")]
    [InlineData("--finish '-1' is not a whole number from 0 to 255", "sync", "--finish", "-1")]
    [InlineData("--finish '256' is not a whole number from 0 to 255", "sync", "--finish", "256")]
    [InlineData("'--jobs'", "sync", "--jobs")]
    [InlineData("--project is empty", "sync", "--project=", "wandb")]
    [InlineData("--project is empty", "sync", "--project", "")]
    [InlineData("--project 'a/b' must not hold '/'", "sync", "--project", "a/b")]
    [InlineData("--id 'a:b' must not hold ':'", "sync", "--id", "a:b")]
    [InlineData("--id '..' is no name, but the way to another directory", "sync", "--id", "..")]
    [InlineData("--id 'a/../b' must not hold '/'", "sync", "--id", "a/../b")]
    [InlineData("--project '..' is no name, but the way to another directory", "sync", "--project", "..")]
    [InlineData("--project '/' must not hold '/'", "sync", "--project", "/")]
    [InlineData("--entity '.' is no name, but the way to another directory", "sync", "--entity", ".")]
    [InlineData("--output 'xml' is neither text nor json", "sync", "--output", "xml")]
    [InlineData("--base-url 'ftp://host' is not a URL that starts with http:// or https://", "sync", "--base-url", "ftp://host")]
    [InlineData("--base-url must not hold a user name or password", "sync", "--base-url", "https://me:secret@host")]
    [InlineData("--replace-tags 'old' is not OLD=NEW", "sync", "--replace-tags", "old")]
    [InlineData("--replace-tags '=new' is not OLD=NEW", "sync", "--replace-tags", "a=b,=new")]
    [InlineData("--replace-tags 'a' stands there twice", "sync", "--replace-tags", "a=b,a=c")]
    public async Task Wrong_usage_is_one_line_and_a_hint(string problem, params string[] args)
    {
        var run = await CommandRun.OfAsync(_directory.Path, args);
        Assert.Equal(1, run.Status);
        Assert.Empty(run.Output);
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(problem, lines[0], StringComparison.Ordinal);
        Assert.Matches("^See 'wandb-agent( sync)? --help'\\.$", lines[1]);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Options out of range are told all at once, each with its value and its limit.</summary>
    [Fact]
    public async Task Everything_that_is_wrong_with_options_and_variables_is_told_at_once()
    {
        var run = await CommandRun.WithAsync(
            _directory.Path,
            new() { ["WANDB_PROJECT"] = "..", ["WANDB_AGENT_LOG_LEVEL"] = "loud", ["WANDB_BASE_URL"] = "api.wandb.ai" },
            "watch", "--jobs", "0", "--poll", "0", "--grace", "99999999", "--quiet", "soon", "--frob", "wandb");

        Assert.Equal(1, run.Status);
        Assert.Equal(
            [
                "wandb-agent watch: unknown option '--frob' (a path that begins with '-' stands behind --)",
                "wandb-agent watch: --jobs '0' is not a whole number from 1 to 512",
                "wandb-agent watch: --poll '0' is not a whole number from 1 to 3600",
                "wandb-agent watch: --grace '99999999' is not a whole number from 0 to 86400",
                "wandb-agent watch: --quiet 'soon' is not a number with s, m, h or d behind it, at least 1s",
                "wandb-agent watch: WANDB_AGENT_LOG_LEVEL 'loud' is none of debug, info, warning, error",
                "wandb-agent watch: WANDB_PROJECT '..' is no name, but the way to another directory",
                "wandb-agent watch: WANDB_BASE_URL 'api.wandb.ai' is not a URL that starts with http:// or https://",
                "See 'wandb-agent watch --help'.",
            ],
            Lines(run));
    }

    [Fact]
    public async Task Variables_are_told_together_where_the_options_are_right()
    {
        var run = await CommandRun.WithAsync(
            _directory.Path,
            new() { ["WANDB_PROJECT"] = "..", ["WANDB_AGENT_LOG_LEVEL"] = "loud", ["WANDB_BASE_URL"] = "api.wandb.ai" },
            "watch", "wandb");

        Assert.Equal(1, run.Status);
        Assert.Equal(4, Lines(run).Count);
    }

    [Fact]
    public async Task Server_and_output_of_a_sidecar_are_told_with_its_other_settings()
    {
        var run = await CommandRun.WithAsync(
            _directory.Path, [], "run", "--base-url", "ftp://host", "--output", "xml", "--grace", "-1", "--sync-policy", "Never");

        Assert.Equal(1, run.Status);
        string[] problems = ["--base-url 'ftp://host' is not a URL", "--output 'xml' is none of text, json", "--grace '-1' is not", "--sync-policy 'Never' is none of", "no directory to follow"];
        Assert.All(problems, problem => Assert.Single(Lines(run), line => line.Contains(problem, StringComparison.Ordinal)));
        Assert.Equal(problems.Length + 1, Lines(run).Count);
    }

    [Fact]
    public async Task A_path_may_begin_with_a_dash_behind_two_dashes_and_with_an_at_sign()
    {
        var run = await CommandRun.OfAsync(_directory.Path, "sync", "@runs", "--", "--jobs");
        Assert.Equal(2, run.Status);
        Assert.Contains("@runs: no such file or directory\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("--jobs: no such file or directory\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("verify")]
    [InlineData("watch")]
    [InlineData("run")]
    public async Task Variables_that_lead_elsewhere_are_refused(string command)
    {
        var run = await CommandRun.WithAsync(_directory.Path, new() { ["WANDB_PROJECT"] = "..", ["WANDB_ENTITY"] = ".", ["WANDB_API_KEY"] = new string('k', 40) }, command, "wandb");
        Assert.Equal(1, run.Status);
        Assert.Contains($"wandb-agent {command}: WANDB_ENTITY '.' is no name, but the way to another directory\n", run.Error, StringComparison.Ordinal);
        Assert.Contains($"wandb-agent {command}: WANDB_PROJECT '..' is no name, but the way to another directory\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zero", 0)]
    [InlineData("proof", 1)]
    public async Task Run_that_must_end_with_0_does_so_with_wrong_settings_too(string exitStatus, int status)
    {
        var run = await CommandRun.WithAsync(_directory.Path, new() { ["WANDB_AGENT_EXIT_STATUS"] = exitStatus, ["WANDB_AGENT_GRACE_SECONDS"] = "-1" }, "run", "wandb");
        Assert.Equal(status, run.Status);
        Assert.Contains("WANDB_AGENT_GRACE_SECONDS '-1' is not a whole number from 0 to 86400\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_is_for_a_single_run()
    {
        _directory.AddFile("wandb/offline-run-20261124_120000-a/run-a.wandb");
        _directory.AddFile("wandb/offline-run-20261124_120001-b/run-b.wandb");
        var run = await CommandRun.OfAsync(_directory.Path, "sync", "--id", "other");
        Assert.Equal(1, run.Status);
        Assert.Contains("--id 'other' is for a single run, but 2 were found", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_without_runs_is_named_with_its_reason()
    {
        var run = await CommandRun.OfAsync(_directory.Path, "sync", "missing");
        Assert.Equal(2, run.Status);
        Assert.Equal($"no run      {_directory.At("missing")}: no such file or directory", run.Output.Split('\n')[0]);
    }

    [Fact]
    public async Task With_json_a_path_without_runs_leaves_standard_output_empty()
    {
        var run = await CommandRun.OfAsync(_directory.Path, "sync", "--output", "json", "missing");
        Assert.Equal(2, run.Status);
        Assert.Empty(run.Output);
        Assert.Contains("missing: no such file or directory", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_key_is_told_with_the_host_and_the_ways_to_give_one()
    {
        _directory.AddFile("wandb/offline-run-20261124_120000-a/run-a.wandb");
        var run = await CommandRun.OfAsync(_directory.Path, "sync", "--base-url", "http://127.0.0.1:9");
        Assert.Equal(2, run.Status);
        Assert.Contains("no API key for 127.0.0.1:", run.Error, StringComparison.Ordinal);
        Assert.Contains("WANDB_API_KEY", run.Error, StringComparison.Ordinal);
        Assert.Contains("--api-key-file", run.Error, StringComparison.Ordinal);
        Assert.Contains("~/.netrc", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.key", null, "no such file or directory")]
    [InlineData("empty.key", " \n", "the file is empty")]
    [InlineData("prose.key", "two words\n", "holds no API key")]
    public async Task A_key_file_that_gives_no_key_is_wrong_usage(string name, string? content, string problem)
    {
        _directory.AddFile("wandb/offline-run-20261124_120000-a/run-a.wandb");
        if (content is not null)
            _directory.AddFile(name, content);
        var run = await CommandRun.WithAsync(_directory.Path, new() { ["WANDB_API_KEY"] = "unused" }, "sync", "--api-key-file", name);
        Assert.Equal(1, run.Status);
        Assert.Contains(name, run.Error, StringComparison.Ordinal);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_base_url_of_the_environment_is_named()
    {
        _directory.AddFile("wandb/offline-run-20261124_120000-a/run-a.wandb");
        var run = await CommandRun.WithAsync(_directory.Path, new() { ["WANDB_BASE_URL"] = "api.wandb.ai" }, "sync");
        Assert.Equal(1, run.Status);
        Assert.Contains("WANDB_BASE_URL 'api.wandb.ai' is not a URL", run.Error, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Lines(CommandRun run) => [.. run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
