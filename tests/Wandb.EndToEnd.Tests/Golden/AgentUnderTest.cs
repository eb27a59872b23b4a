using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Wandb.Agent.Commands;
using Wandb.Sandbox.Backend;

namespace Wandb.EndToEnd.Tests.Golden;

/// <summary>The agent's command line in this process, in front of a server of its own. The only place that knows how either is started.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private readonly LocalBackend backend;

    /// <summary>An empty folder: no credentials of the person who runs the tests.</summary>
    private readonly string home = Directory.CreateTempSubdirectory("wandb-home-").FullName;

    private AgentUnderTest(LocalBackend backend) => this.backend = backend;

    public static async Task<AgentUnderTest> StartAsync(ImmutableArray<string> features, CancellationToken cancellationToken) =>
        new(await LocalBackend.StartAsync(
            new LocalBackendOptions { Features = [.. features], DefaultEntity = GoldenCase.DefaultEntity },
            cancellationToken));

    /// <summary>What the server holds now; see <see cref="NormalForm.ServerStateNormalForm"/>.</summary>
    public JsonObject ServerState() => backend.State();

    public async Task<AgentAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await AgentCommandLine.InvokeAsync(
            arguments,
            output,
            error,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["WANDB_BASE_URL"] = backend.Url.ToString(),
                ["WANDB_API_KEY"] = backend.ApiKey,
                ["HOME"] = home,
            },
            cancellationToken);
        return new AgentAnswer(exitCode, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await backend.DisposeAsync();
        Directory.Delete(home, recursive: true);
    }
}
