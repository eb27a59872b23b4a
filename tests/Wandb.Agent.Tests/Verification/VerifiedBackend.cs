using System.Text;
using System.Text.Json;
using Wandb.Agent.Commands;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Commands;
using Wandb.Agent.Tests.Http;
using Wandb.Agent.Uploads;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.Agent.Tests.Verification;

/// <summary>A directory with offline runs and a backend to sync them with, to change behind the agent's back, and to verify them against.</summary>
internal sealed class VerifiedBackend : IAsyncDisposable
{
    private static readonly RunPath Run = new("sandbox", "demo", "abc");

    private readonly TestDirectory _directory = new();

    private VerifiedBackend(LocalBackend backend) => Backend = backend;

    public LocalBackend Backend { get; }

    public string Wandb => _directory.At("wandb");

    public string ApiKey { get; init; } = LocalBackendOptions.DefaultApiKey;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<VerifiedBackend> StartAsync(LocalBackendOptions? options = null, string? apiKey = null) =>
        new(await LocalBackend.StartAsync(options ?? new LocalBackendOptions(), Token)) { ApiKey = apiKey ?? LocalBackendOptions.DefaultApiKey };

    public string Write(OfflineRun run) => run.WriteTo(Wandb);

    public async Task<string> SyncAsync(OfflineRun run, params string[] args)
    {
        var directory = Write(run);
        var sync = await RunAsync(["sync", .. args, directory]);
        Assert.True(sync.Status == 0, sync.Output + sync.Error);
        return directory;
    }

    public Task<CommandRun> VerifyAsync(params string[] args) => RunAsync(["verify", .. args]);

    /// <summary>The only object of a verification, and the status.</summary>
    public async Task<(int Status, JsonElement Report)> ReportAsync(params string[] args)
    {
        var run = await VerifyAsync(["--output", "json", .. args]);
        using var document = JsonDocument.Parse(run.Output);
        return (run.Status, document.RootElement.Clone());
    }

    /// <summary>What a verification says of one subject: <c>verdict: text</c>.</summary>
    public async Task<(int Status, string Finding)> FindingAsync(string subject, params string[] args)
    {
        var (status, report) = await ReportAsync(args);
        var findings = report.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("subject").GetString() == subject);
        return (status, string.Join('\n', findings.Select(finding => $"{finding.GetProperty("verdict").GetString()}: {finding.GetProperty("text").GetString()}")));
    }

    public async Task<CommandRun> RunAsync(params string[] args)
    {
        var context = new CommandContext
        {
            Output = new StringWriter(),
            Error = new StringWriter(),
            WorkingDirectory = _directory.Path,
            Http = TestHttp.Fast,
            Environment = new Dictionary<string, string?> { ["WANDB_BASE_URL"] = Backend.Url.AbsoluteUri, ["WANDB_API_KEY"] = ApiKey, ["HOME"] = _directory.At("home") },
        };
        var status = await AgentCommandLine.InvokeAsync(args, context, Token);
        return new CommandRun(status, context.Output.ToString()!, context.Error.ToString()!);
    }

    /// <summary>Writes lines into a stream file of the run as another client would.</summary>
    public async Task PostAsync(string file, int offset, params string[] lines)
    {
        using var http = NewHttp();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { files = new Dictionary<string, object> { [file] = new { offset, content = lines } } });
        Assert.IsType<StreamOutcome.Accepted>(await new StreamClient(http).PostAsync(Run, body, gzip: false, Token));
    }

    /// <summary>Replaces a file of the run as another client would.</summary>
    public async Task PutAsync(string name, string content)
    {
        using var http = NewHttp();
        var uploader = new FileUploader(new GraphQLClient(http), new FilePut(http), new FileUploadOptions(), TimeProvider.System);
        var outcomes = await uploader.UploadAsync(Run, [new FileUpload(name, new UploadSource.Memory(Encoding.UTF8.GetBytes(content)), null)], Token);
        Assert.IsType<FileOutcome.Uploaded>(Assert.Single(outcomes));
    }

    /// <summary>Answers an operation with an error from now on, as a server does that does not know it.</summary>
    /// <param name="operation">As the backend counts it: without ByName or ById.</param>
    public void Refuse(string operation) =>
        Backend.Faults.Set([new FaultRule($"graphql:{operation}", new FaultAction.GraphQLError("Cannot query this")) { Count = null }]);

    public void RemoveReceipts()
    {
        foreach (var receipt in Directory.EnumerateFiles(Wandb, "*.receipt.json", SearchOption.AllDirectories).ToList())
            File.Delete(receipt);
    }

    /// <summary>Every file below the directory with its content.</summary>
    public Dictionary<string, string> Snapshot() =>
        Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories).ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        _directory.Dispose();
    }

    private WandbHttp NewHttp() => new(new WandbServer(Backend.Url, new ApiKey(ApiKey)), TestHttp.Fast, TimeProvider.System, new RecordedWaits());
}
