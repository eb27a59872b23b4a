using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Crash;

/// <summary>
/// The real agent is killed with SIGKILL every 50 to 500 ms while a trainer writes and the server is there, dark or over its limits.
/// </summary>
public sealed class KillLoopTests(ITestOutputHelper output) : WatchTest
{
    private static readonly string[] Streams = ["wandb-history.jsonl", "wandb-events.jsonl", "output.log"];
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(20);

    private readonly KillLoopSettings settings = KillLoopSettings.FromEnvironment();

    public static TheoryData<string> Commands => ["watch", "run"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Agent_that_is_killed_again_and_again_leaves_what_one_sync_leaves(string command)
    {
        var seed = settings.Seed;
        output.WriteLine($"{command}: {settings}");
        var random = new Random(seed);
        var file = GrowingFile.In(Folder, "killed");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writing = WriteAsync(file, over.Token);
        var kills = 0;

        try
        {
            while (!writing.IsCompleted)
            {
                using var agent = Start(command);
                await agent.SpeaksAsync(Stop);
                await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 501)), TimeProvider.System, Stop));
                await agent.KillAsync(Stop);
                kills++;
            }
            await writing;
        }
        finally
        {
            await over.CancelAsync();
        }
        using var last = Start(command, isLast: true);
        var status = await last.EndAsync(Stop);

        Assert.True(status == 0, $"seed {seed}: exit status {status}\n{last.Said}");
        await AssertEqualsOneSyncAsync($"seed {seed}");
        Assert.True(kills >= 3, $"seed {seed}: {kills} kills are no loop");
        foreach (var stream in Streams)
        {
            var repeated = RepeatedLines.Of(Backend.Trace, stream);
            var what = $"seed {seed}, {stream}: {kills} kills, {repeated}";
            output.WriteLine(what);
            Assert.True(repeated.FromBeforeTheLast == 0, $"{what}: more than the request on its way came again");
            Assert.True(repeated.Repeats <= kills, $"{what}: more than one request came again for a kill");
        }
    }

    private KilledAgent Start(string command, bool isLast = false)
    {
        var exit = Path.Combine(Folder.Root, "exit.json");
        if (isLast)
            File.WriteAllText(exit, "0");
        string[] arguments = command == "run" ? ["run", "--writer-exit", exit, Folder.Wandb]
            : isLast ? ["watch", "--exit-when-done", Folder.Wandb]
            : ["watch", Folder.Wandb];
        return KilledAgent.Start(settings.Agent, Backend, Path.Combine(Folder.Root, "home"), arguments);
    }

    /// <summary>A trainer that logs for a while; in the middle the server is dark for a fifth of it, and later short of time.</summary>
    private async Task WriteAsync(GrowingFile file, CancellationToken ct)
    {
        var records = new RunRecords("killed").Start().File("notes.txt").Artifact(Folder.Artifact("model", "weights"));
        TrainerFolder.PlaceFile(file.Path, "notes.txt", "notes");
        using var timer = new PeriodicTimer(WriteEvery);
        var start = TimeProvider.System.GetTimestamp();
        var (isDark, isBusy) = (false, false);
        for (var step = 0; TimeProvider.System.GetElapsedTime(start) is var passed && passed < settings.Writing; step++)
        {
            if (!isDark && passed > settings.Writing * 0.3)
            {
                isDark = true;
                Backend.Faults.GoDark(settings.Writing * 0.2);
            }
            if (isBusy != (passed > settings.Writing * 0.6 && passed < settings.Writing * 0.8))
            {
                isBusy = !isBusy;
                Backend.Faults.Set(isBusy ? [new FaultRule("filestream", new FaultAction.Status(429, RetryAfterSeconds: 0.1)) { Count = null, Probability = 0.5 }] : []);
            }
            records.Rows(step, 1, padding: 300).Summary("step", $"{step}").Console($"line {step}\n", step);
            if (step % 50 == 0)
                records.Config($"k{step}", "1").Event(step);
            file.GrowTo(records);
            await timer.WaitForNextTickAsync(ct);
        }
        file.GrowTo(records.Exit(3));
    }
}
