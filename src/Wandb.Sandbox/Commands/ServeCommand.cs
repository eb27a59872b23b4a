using System.CommandLine;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-sandbox serve: a backend until Ctrl-C or SIGTERM.</summary>
internal static class ServeCommand
{
    private static readonly Option<int> Port = NumberOption.Port();
    private static readonly Option<DirectoryInfo?> Folder = new("--directory") { Description = "Where runs are kept; without it they are gone at the end", HelpName = "DIR" };
    private static readonly Option<string> ApiKey = new("--api-key")
    {
        Description = "The key that is let in",
        HelpName = "KEY",
        DefaultValueFactory = _ => LocalBackendOptions.DefaultApiKey,
    };
    private static readonly Option<bool> RateLimit = new("--rate-limit") { Description = "Allow 2 file-stream requests per second and run, as W&B does" };
    private static readonly Option<string[]> Feature = new("--feature") { Description = "A server feature that is on, such as FILESTREAM_GZIP; may be repeated", HelpName = "F" };
    private static readonly Option<FileInfo?> Faults = new("--faults") { Description = "Rules of faults to inject (JSON)", HelpName = "FILE" };
    private static readonly Option<FileInfo?> UrlFile = new("--url-file") { Description = "The URL is written here once the server listens", HelpName = "F" };
    private static readonly Option<OutputFormat> Output = OutputOption.Create();

    public static Command Create()
    {
        var command = new ExampleCommand(
            "serve", "Starts a W&B-compatible server and keeps what it is sent",
            "wandb-sandbox serve --port 8080 --directory ./runs",
            "wandb-sandbox serve --rate-limit --faults faults.json --url-file url.txt",
            """faults.json: {"rules": [{"kind": "filestream", "action": "drop_after", "skip": 1, "count": 2}]}""")
        {
            Port, Folder, ApiKey, RateLimit, Feature, Faults, UrlFile, Output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            await using var backend = await LocalBackend.StartAsync(ToOptions(parsed), cancellationToken);
            if (parsed.GetValue(UrlFile) is { } urlFile)
            {
                await File.WriteAllTextAsync(urlFile.FullName, backend.Url.AbsoluteUri, cancellationToken);
            }

            Announce(parsed, backend);
            await Screen.UntilCancelledAsync(cancellationToken);
            return ExitCode.Done;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"wandb-sandbox: {error.Message}");
            return ExitCode.Usage;
        }
    }

    private static LocalBackendOptions ToOptions(ParseResult parsed) => new()
    {
        Port = parsed.GetValue(Port),
        Directory = parsed.GetValue(Folder)?.FullName,
        ApiKey = parsed.GetRequiredValue(ApiKey),
        RateLimit = parsed.GetValue(RateLimit),
        Features = parsed.GetValue(Feature) ?? [],
        Faults = parsed.GetValue(Faults) is { } file ? FaultRuleJson.Parse(File.ReadAllText(file.FullName)) : [],
    };

    private static void Announce(ParseResult parsed, LocalBackend backend)
    {
        var writer = parsed.InvocationConfiguration.Output;
        var directory = parsed.GetValue(Folder)?.FullName;
        if (parsed.GetValue(Output) == OutputFormat.Json)
        {
            Screen.WriteJson(writer, new { url = backend.Url.AbsoluteUri, apiKey = backend.ApiKey, directory });
            return;
        }

        writer.WriteLine($"Listening on {backend.Url}");
        writer.WriteLine(directory is null ? "Runs are kept in a temporary folder until the end." : $"Runs are kept in {directory}");
        writer.WriteLine();
        writer.WriteLine("Send offline runs here:");
        writer.WriteLine($"  WANDB_BASE_URL={backend.Url.AbsoluteUri.TrimEnd('/')} WANDB_API_KEY={backend.ApiKey} wandb-agent sync wandb/");
        writer.WriteLine("See what arrived:");
        writer.WriteLine($"  wandb-sandbox runs --url {backend.Url}");
        writer.WriteLine("Ctrl-C stops the server.");
    }
}
