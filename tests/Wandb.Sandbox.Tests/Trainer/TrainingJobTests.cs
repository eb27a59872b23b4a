using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Tests.Backend;
using Wandb.Sandbox.Tests.Commands;
using Wandb.Sandbox.Trainer;

namespace Wandb.Sandbox.Tests.Trainer;

public sealed class TrainingJobTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wandb-training-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Online_the_rows_are_on_the_server_once_and_the_run_is_closed()
    {
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions(), BackendClient.Token);
        using var upload = new SdkUpload(backend.Url, backend.ApiKey);

        var path = await Job(upload).RunAsync(folder.FullName, TimeProvider.System, BackendClient.Token);

        var run = backend.State()["runs"]!.AsArray().Single()!;
        Assert.Equal(Enumerable.Range(0, 250), run["history"]!.AsArray().Select(row => (int)row!["_step"]!));
        Assert.Equal((true, 3), ((bool)run["complete"]!, (int)run["exitcode"]!));
        Assert.Empty(backend.State()["problems"]!.AsArray());
        Assert.StartsWith("run-", Path.GetFileName(Path.GetDirectoryName(path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_told()
    {
        await using var backend = await LocalBackend.StartAsync(new LocalBackendOptions(), BackendClient.Token);
        using var upload = new SdkUpload(backend.Url, new string('0', 40));

        await Assert.ThrowsAsync<HttpRequestException>(() => Job(upload).RunAsync(folder.FullName, TimeProvider.System, BackendClient.Token));
    }

    [Fact]
    public async Task A_script_that_fails_once_does_well_the_second_time()
    {
        string[] line = ["train", "--directory", folder.FullName, "--rows", "3", "--exit-code", "3", "--once", Path.Combine(folder.FullName, "mark")];

        Assert.Equal(3, (await CommandLine.RunAsync(line)).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync(line)).ExitCode);
    }

    private static TrainingJob Job(SdkUpload? upload) => new()
    {
        Run = new TrainerRun { RunId = "r1", Project = "demo", StartTime = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000) },
        Rows = 250,
        RowsPerSecond = 0,
        ExitCode = 3,
        Upload = upload,
    };
}
