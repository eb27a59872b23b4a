using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.Sandbox.Backend;
using Xunit;

namespace Wandb.EndToEnd.Tests.Faults;

/// <summary>The same failures while the run grows.</summary>
public sealed class FaultedWatchTests : WatchTest
{
    private const int Seeds = 20;

    [Fact]
    public async Task Random_faults_leave_what_one_clean_sync_leaves_of_a_run_that_grows()
    {
        var whole = await File.ReadAllBytesAsync(RandomFaults.Place(Folder, "faults"), Stop);
        var wanted = await StateAfterOneSyncAsync(Folder, Options);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(3));
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            await using var backend = await LocalBackend.StartAsync(Options with { Faults = RandomFaults.Schedule(random), FaultSeed = seed }, Stop);
            using var copy = Folder.Copy();
            var file = GrowingFile.In(copy, "faults");
            var watch = AgentSetup.For(backend, copy).WatchAsync(Stop, "--exit-when-done", copy.Wandb);
            while (file.Length < whole.Length)
            {
                var at = (int)file.Length;
                file.Append(whole.AsSpan(at, Math.Min(random.Next(1, whole.Length / 8), whole.Length - at)));
                for (var ticks = random.Next(8); ticks > 0; ticks--)
                    await pause.WaitForNextTickAsync(Stop);
            }

            var run = await watch;

            var what = $"seed {seed}, {backend.Faults.Hits} faults";
            Assert.True(run.Status == 0, $"{what}: {run}");
            Assert.True(backend.Faults.Hits > 0, $"{what}: the schedule hit nothing");
            ServerState.AssertSame(RandomFaults.WithRepeatedAlerts(wanted, backend), backend, what);
        }
    }
}
