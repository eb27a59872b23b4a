using System.Text.Json.Nodes;
using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Tests.Commands;

public sealed class DemoCommandTests
{
    [Fact]
    public void The_samples_lie_beside_the_program_and_are_copied_whole()
    {
        var target = Directory.CreateTempSubdirectory("sandbox-tests-");
        try
        {
            var samples = SampleRuns.Open();
            var folders = samples.CopyTo(target.FullName);

            var files = folders.SelectMany(folder => Directory.GetFiles(folder, "run-*.wandb", SearchOption.AllDirectories)).Select(Path.GetFileName);
            Assert.Equal(
                samples.Runs.Select(run => $"run-{run.Run}.wandb").Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
            Assert.All(folders, folder => Assert.Equal("wandb", Path.GetFileName(folder)));
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_is_missing_is_told_run_by_run()
    {
        var missing = SampleRuns.Missing(
            [new SampleRun("s", "a", 3), new SampleRun("s", "b", 3), new SampleRun("s", "c", 3)], new Dictionary<string, long> { ["a"] = 3, ["b"] = 2 });

        Assert.Equal(["run b of s: 2 of at least 3 rows arrived", "run c of s did not arrive"], missing);
    }

    [Fact]
    public void The_agent_gets_the_key_in_its_environment_and_no_settings_of_the_user()
    {
        var start = AgentProcess.StartInfo("/opt/wandb-agent", ["sync", "a b"], new Uri("http://127.0.0.1:1234/"), "secret");

        Assert.Equal("/opt/wandb-agent", start.FileName);
        Assert.Equal(["sync", "a b"], start.ArgumentList);
        Assert.Equal(
            ["WANDB_API_KEY=secret", "WANDB_BASE_URL=http://127.0.0.1:1234"],
            start.Environment.Where(pair => pair.Key.StartsWith("WANDB_", StringComparison.Ordinal)).Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_assembly_is_run_by_the_runtime_of_this_process()
    {
        var start = AgentProcess.StartInfo("/opt/wandb-agent.dll", ["sync"], new Uri("http://127.0.0.1:1234/"), "secret");

        Assert.Equal(["/opt/wandb-agent.dll", "sync"], start.ArgumentList);
        Assert.Equal("dotnet", Path.GetFileNameWithoutExtension(start.FileName));
        Assert.True(File.Exists(AgentProcess.BuiltAgent));
    }

    [Fact]
    public async Task An_agent_that_fails_makes_the_demonstration_fail()
    {
        Assert.SkipUnless(File.Exists("/bin/false"), "Needs a program that only fails");

        var demo = await CommandLine.RunAsync("demo", "--agent", "/bin/false", "--output", "json");

        Assert.Equal(2, demo.ExitCode);
        var document = JsonNode.Parse(demo.Output)!;
        Assert.Equal(1, document["agentExitCode"]!.GetValue<int>());
        Assert.Equal("wandb-agent ended with 1", document["problems"]![0]!.GetValue<string>());
        Assert.Contains("run minima8394 of minimal did not arrive", demo.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_told()
    {
        var demo = await CommandLine.RunAsync("demo", "--agent", "/nonexistent/wandb-agent");

        Assert.Equal(1, demo.ExitCode);
        Assert.Contains("/nonexistent/wandb-agent", demo.Error, StringComparison.Ordinal);
    }
}
