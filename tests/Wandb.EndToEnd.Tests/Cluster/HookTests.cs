using System.Text.Json.Nodes;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Hook;
using Wandb.Sandbox.Cluster.Storage;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary><c>pythonHook</c>, with Python as the trainer: with the SDK where there is one.</summary>
public sealed class HookTests(ScenarioClusters clusters)
{
    private const int Rows = 20;

    // Stands for the SDK where SIGTERM is concerned: its run is open, and its exit handler writes the only block of the file.
    private const string Script = """
        import atexit, base64, os, signal, sys, types

        run_id, run_file = sys.argv[1], base64.b64decode(sys.argv[2])
        sys.modules["wandb"] = types.SimpleNamespace(run=types.SimpleNamespace(_settings=types.SimpleNamespace(_noop=False)))
        code, leave = None, sys.exit

        def noted_exit(status=0):
            global code
            code = status
            leave(status)

        def close():
            if code == 143:
                out.write(run_file[7:])

        sys.exit = noted_exit
        atexit.register(close)
        folder = os.path.join(os.environ["WANDB_DIR"], "wandb", "offline-run-20260101_000000-" + run_id)
        os.makedirs(os.path.join(folder, "files"))
        with open(os.path.join(folder, "files", "requirements.txt"), "w") as requirements:
            requirements.write("wandb==0.28.2\n")
        out = open(os.path.join(folder, "run-" + run_id + ".wandb"), "wb", buffering=0)
        out.write(run_file[:7])
        while True:
            signal.pause()
        """;

    [Theory]
    [MemberData(nameof(ScenarioClusters.Kinds), MemberType = typeof(ScenarioClusters))]
    public async Task Run_of_a_deleted_pod_ends_in_order_with_rows_that_were_not_on_the_disk(ClusterKind kind)
    {
        await using var scenario = await clusters.StartAsync(kind, "hook");
        var image = scenario.Cluster.PythonImage;
        Assert.SkipWhen(image is null, "needs WANDB_E2E_PYTHON_IMAGE or WANDB_E2E_SDK_IMAGE");
        if (kind == ClusterKind.Sandbox)
            await Python3.NeededAsync();
        await scenario.ApplyAsync(Workload.Run("hook", "pythonHook: true"));
        string[] command = scenario.Cluster.HasSdk ? ["python3", "-c", TrainerProgram.Script("wait.py")] : ["python3", "-c", Script, "hooked", await RunFileAsync("hooked")];
        await scenario.ApplyAsync(Pod(image, command).ToJsonString());
        await scenario.UntilRunAsync("hook", run => run.Of("trains") is not null, "tells the run that has no block yet");

        await scenario.Api.DeleteAsync(KubeApi.Pods(scenario.Namespace), "trains");

        var run = await scenario.UntilRunAsync("hook", run => run.Is("Synced"), "is Synced");
        Assert.Equal((Rows, true, 143), (scenario.OnlyRun.Steps().Count, (bool)scenario.OnlyRun["complete"]!, (int)scenario.OnlyRun["exitcode"]!));
        Assert.Equal((143, Rows), (run.Of("trains")?.Number("exitCode"), run.Count("rowsAcknowledged")));
        Assert.Equal("True NothingLost", run.Condition("DataIntact"));
    }

    /// <summary>What the SDK leaves of a run that SIGTERM ended in order.</summary>
    private static async Task<string> RunFileAsync(string runId)
    {
        var folder = Directory.CreateTempSubdirectory("wandb-e2e-hook-");
        try
        {
            var job = new TrainingJob
            {
                Run = new TrainerRun { RunId = runId, Project = "demo", StartTime = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000) },
                Rows = Rows,
                RowsPerSecond = 0,
                ExitCode = 143,
            };
            var file = await job.RunAsync(folder.FullName, TimeProvider.System, TestContext.Current.CancellationToken);
            return Convert.ToBase64String(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonObject Pod(string image, string[] command) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = "trains", ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = "hook" } },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "trainer",
                ["image"] = image,
                ["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]),
            }),
        },
    };
}
