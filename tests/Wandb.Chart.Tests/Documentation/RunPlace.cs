using System.Diagnostics;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>A folder with the repository's samples, the built programs on the path, and an embedded server: where commands of a page are run.</summary>
internal sealed class RunPlace : IDisposable
{
    private static readonly string[] Copied = ["samples", "crds", "deploy", "charts"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wandb-docs-");
    private Process? _server;

    public RunPlace()
    {
        // No links: kubectl does not go through one.
        var (status, _, error) = Programs.Run("cp", ["-r", .. Copied.Select(name => Repository.Path(name)), _folder.FullName]);
        Assert.True(status == 0, error);
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

    /// <summary>Runs the block as one script that ends at the first command that fails.</summary>
    /// <param name="kubeconfig">Null: there is no cluster.</param>
    public (int Status, string Output, string Error) Run(string script, (string Url, string ApiKey) server, string? kubeconfig = null)
    {
        var path = string.Join(':', ProgramHelp.Names.Select(ProgramHelp.Folder));
        return Programs.Run("env", "-C", _folder.FullName, $"HOME={_folder.FullName}", $"PATH={path}:{Programs.Variable("PATH")}", $"WANDB_BASE_URL={server.Url}",
            $"WANDB_API_KEY={server.ApiKey}", $"KUBECONFIG={kubeconfig ?? "/dev/null"}", "bash", "-euo", "pipefail", "-c", script);
    }

    public void Dispose()
    {
        if (_server is not null)
            Programs.Stop(_server);
        _folder.Delete(recursive: true);
    }
}
