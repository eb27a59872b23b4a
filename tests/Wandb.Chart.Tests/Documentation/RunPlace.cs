using System.Diagnostics;
using Wandb.Sandbox.Demonstration;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// A folder as a reader has it, with the repository's samples, an offline run of the reader's own in <c>wandb/</c> and a <c>train.py</c>; the built programs on the
/// path, and an embedded server: where commands of a page are run.
/// </summary>
internal sealed class RunPlace : IDisposable
{
    // No links: kubectl does not go through one. Of the others only programs and folders of runs are used.
    private static readonly string[] Copied = ["samples", "crds", "deploy", "charts", "hook"];
    private static readonly string[] Linked = ["artifacts", "tests"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wandb-docs-");
    private readonly HeldPort _port = new();
    private Process? _server;

    public RunPlace()
    {
        var (status, _, error) = Programs.Run("cp", ["-r", .. Copied.Select(name => Repository.Path(name)), Repository.Path("samples", "runs", "minimal", "wandb"), _folder.FullName]);
        Assert.True(status == 0, error);
        foreach (var name in Linked)
            Directory.CreateSymbolicLink(In(name), Repository.Path(name));
        File.CreateSymbolicLink(In("train.py"), StandIn("train.py"));
        Directory.CreateDirectory(In("bin"));
        AddProgram("python", "exec python3 \"$@\"");
        if (!Programs.IsOnPath("helm"))
            AddProgram("helm", $"exec {StandIn("helm")} \"$@\"");
    }

    /// <summary>What call writers have written: the program first, then its words.</summary>
    public IReadOnlyList<string[]> Calls => ReadCalls(In("calls"));

    /// <returns>The calls in a file of call writers.</returns>
    public static IReadOnlyList<string[]> ReadCalls(string file) => [.. File.ReadLines(file).Select(line => line.Split('\t'))];

    /// <summary>A script that stands for a program, or for the reader's own.</summary>
    public static string StandIn(string name) => Repository.Path("tests", "Wandb.Chart.Tests", "Documentation", "StandIns", name);

    /// <summary>Skips the test where a program of the blocks is missing that nothing stands for.</summary>
    public static void Need(IEnumerable<ShellBlock> blocks)
    {
        var programs = blocks.SelectMany(block => block.Commands()).Select(words => words[0]).ToHashSet(StringComparer.Ordinal);
        Assert.SkipUnless(!programs.Contains("kubectl") || Programs.IsOnPath("kubectl"), "needs kubectl");
        Assert.SkipUnless(!programs.Contains("python") || Programs.IsOnPath("python3"), "needs python3");
        if (programs.Overlaps(["helm", "artifacts/chart/chart-render"]))
            ChartRenderer.Require();
    }

    /// <returns>Address of the server, and its key, as it announces them.</returns>
    public async Task<(string Url, string ApiKey)> StartServerAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo(Path.Combine(ProgramHelp.Folder("wandb-sandbox"), "wandb-sandbox"), ["serve", "--output", "json"])
        {
            RedirectStandardOutput = true,
        };
        _server = Process.Start(start)!;
        var text = new System.Text.StringBuilder();
        while (await _server.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            text.AppendLine(line);
            if (line == "}")
                break;
        }
        var announced = System.Text.Json.Nodes.JsonNode.Parse(text.ToString())!;
        return (announced["url"].Text(), announced["apiKey"].Text());
    }

    /// <summary>A program of this name goes before others of the path.</summary>
    public void AddProgram(string name, string script)
    {
        File.WriteAllText(In("bin", name), $"#!/bin/sh\n{script}\n");
        Programs.Run("chmod", "u+x", In("bin", name));
    }

    /// <summary>In the place of this program something writes down how it is called.</summary>
    public void AddCallWriter(string name)
    {
        File.Delete(In("bin", name));
        File.CreateSymbolicLink(In("bin", name), StandIn("any-program"));
    }

    /// <summary>A shell for the blocks of a page.</summary>
    /// <param name="kubeconfig">Null: there is no cluster.</param>
    public PageShell OpenShell((string Url, string ApiKey) server, string? kubeconfig = null) => new(_folder.FullName, Environment(server, kubeconfig));

    /// <returns>The block's text with what is the reader's own, and a port that is free.</returns>
    public string Here(ShellBlock block, (string Url, string ApiKey) server) =>
        block.Text.Replace("API_KEY=…", "API_KEY=" + server.ApiKey, StringComparison.Ordinal).Replace("8080", $"{_port.Address.Port}", StringComparison.Ordinal);

    /// <summary>Runs a script of a test's own, which ends at the first command that fails.</summary>
    /// <param name="kubeconfig">Null: there is no cluster.</param>
    public (int Status, string Output, string Error) Run(string script, (string Url, string ApiKey) server, string? kubeconfig = null) =>
        Programs.Run("env", ["-C", _folder.FullName, .. Environment(server, kubeconfig), "bash", "-euo", "pipefail", "-c", script]);

    public void Dispose()
    {
        if (_server is not null)
            Programs.Stop(_server);
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    // Ports of the operator are chosen by the system.
    private string[] Environment((string Url, string ApiKey) server, string? kubeconfig) =>
    [
        $"HOME={_folder.FullName}", $"PATH={In("bin")}:{string.Join(':', ProgramHelp.Names.Select(ProgramHelp.Folder))}:{Programs.Variable("PATH")}",
        $"WANDB_BASE_URL={server.Url}", $"WANDB_API_KEY={server.ApiKey}", $"KUBECONFIG={kubeconfig ?? "/dev/null"}",
        "WANDB_OPERATOR_HTTPS_PORT=0", "WANDB_OPERATOR_HEALTH_PORT=0", "PYTHONDONTWRITEBYTECODE=1", $"CALLS={In("calls")}",
    ];

    private string In(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);
}
