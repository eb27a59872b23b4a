using System.CommandLine;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Commands;
using Wandb.Sandbox.Tests.Backend;

namespace Wandb.Sandbox.Tests.Commands;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task A_server_says_where_it_is_and_stops_when_it_is_told_to()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(BackendClient.Token);
        var output = new FirstLine();
        var serving = SandboxCommand.Create().Parse(["serve", "--rate-limit"])
            .InvokeAsync(new InvocationConfiguration { Output = output, ProcessTerminationTimeout = null }, stop.Token);
        var url = new Uri((await output.Text.WaitAsync(BackendClient.Token)).Split(' ')[^1]);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = url };

        Assert.Equal("ok", await http.GetStringAsync("healthz", BackendClient.Token));
        await stop.CancelAsync();

        Assert.Equal(0, await serving);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("healthz", BackendClient.Token));
    }

    [Theory]
    [InlineData("--port is 99999; it must be a whole number, 0 to 65535.", "serve", "--port", "99999")]
    [InlineData("--port is x; it must be a whole number, 0 to 65535.", "cluster", "--port", "x")]
    [InlineData("--nodes is 0; it must be a whole number, 1 to 1000.", "cluster", "--nodes", "0")]
    [InlineData("--rows is x; it must be a whole number, 0 to ", "train", "--rows", "x")]
    [InlineData("--fold is -1; it must be a whole number, 0 to ", "train", "--fold", "-1")]
    [InlineData("--exit-code is 256; it must be a whole number, 0 to 255.", "train", "--exit-code", "256")]
    public async Task A_number_that_is_none_or_out_of_its_range_is_told(string told, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_folder_is_gone_after_the_server()
    {
        string run;
        await using (var backend = await LocalBackend.StartAsync(new LocalBackendOptions(), BackendClient.Token))
        {
            using var client = new BackendClient(backend);
            run = $"temporary-{backend.Url.Port}";
            await client.CreateRunAsync(run);
            await client.StreamAsync("""{"files":{"output.log":{"offset":0,"content":["x"]}}}""", run);
            Assert.Single(FoldersOf(run));
        }

        Assert.Empty(FoldersOf(run));
    }

    private static IEnumerable<string> FoldersOf(string run) => Directory.GetDirectories(Path.GetTempPath(), "wandb-sandbox-*")
        .Select(folder => Path.Combine(folder, "runs", "sandbox", "demo", run)).Where(Directory.Exists);

    /// <summary>Ends a task with the first line that is written.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Text => line.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            line.TrySetResult(value ?? "");
        }
    }
}
