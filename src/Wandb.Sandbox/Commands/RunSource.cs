using System.CommandLine;
using System.CommandLine.Parsing;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Commands;

/// <summary>Where runs are looked up: a server that is running, or the directory of one.</summary>
internal abstract class RunSource : IDisposable
{
    /// <summary>In order of entity, project and name.</summary>
    public abstract Task<IReadOnlyList<RunOverview>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Every run that the name may mean.</summary>
    public abstract Task<IReadOnlyList<RunDetails>> FindAsync(string name, CancellationToken cancellationToken);

    public virtual void Dispose()
    {
    }

    /// <summary>The options that choose a source; exactly one has to be given.</summary>
    public static (Option<DirectoryInfo?> Directory, Option<Uri?> Url) AddOptions(Command command)
    {
        var directory = new Option<DirectoryInfo?>("--directory") { Description = "Directory of a sandbox (serve --directory)", HelpName = "DIR" };
        var url = new Option<Uri?>("--url") { Description = "URL of a sandbox that is running", HelpName = "URL", CustomParser = ParseUrl };
        command.Add(directory);
        command.Add(url);
        command.Validators.Add(result =>
        {
            var (hasDirectory, hasUrl) = (result.GetResult(directory) is not null, result.GetResult(url) is not null);
            if (hasDirectory == hasUrl)
            {
                result.AddError("Give either --directory or --url.");
            }
            else if (hasDirectory && result.GetValue(directory)?.Exists == false)
            {
                result.AddError($"There is no directory {result.GetValue(directory)}.");
            }
        });
        return (directory, url);
    }

    public static RunSource Open(ParseResult parsed, Option<DirectoryInfo?> directory, Option<Uri?> url) =>
        parsed.GetValue(directory) is { } folder ? new DirectorySource(folder.FullName) : new ServerSource(parsed.GetValue(url)!);

    private static Uri? ParseUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
        {
            return url;
        }

        result.AddError("--url needs a whole URL such as http://127.0.0.1:8080.");
        return null;
    }

    private sealed class DirectorySource(string directory) : RunSource
    {
        private readonly BackendState state = new(StorageFolder.OpenForReading(directory), TimeProvider.System);

        public override Task<IReadOnlyList<RunOverview>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<RunOverview>>([.. state.Runs.Select(run => RunOverview.Of(run, state))]);

        public override Task<IReadOnlyList<RunDetails>> FindAsync(string name, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<RunDetails>>([.. state.RunsNamed(name).Select(run => RunDetails.Of(run, state))]);
    }

    private sealed class ServerSource(Uri url) : RunSource
    {
        private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/") };

        public override async Task<IReadOnlyList<RunOverview>> ListAsync(CancellationToken cancellationToken) =>
            await http.GetFromJsonAsync<RunOverview[]>("_sandbox/runs", cancellationToken) ?? [];

        public override async Task<IReadOnlyList<RunDetails>> FindAsync(string name, CancellationToken cancellationToken) =>
            await http.GetFromJsonAsync<RunDetails[]>("_sandbox/runs/" + Uri.EscapeDataString(name), cancellationToken) ?? [];

        public override void Dispose()
        {
            http.Dispose();
            base.Dispose();
        }
    }
}
