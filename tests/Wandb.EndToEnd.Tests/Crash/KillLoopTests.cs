using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Wandb.Sandbox.Backend;
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
        var file = GrowingFile.In(Folder, "killed");
        var (kills, status) = await KillAsync(command, over => WriteAsync(file, over));

        Assert.True(status == 0, $"seed {settings.Seed}: exit status {status}");
        await AssertEqualsOneSyncAsync($"seed {settings.Seed}");
        foreach (var stream in Streams)
        {
            var repeated = Repeated(stream, kills);
            Assert.True(repeated.Repeats <= kills, $"{stream}: {repeated}: more than one request came again for one of {kills} kills");
        }
    }

    /// <summary>Where one body needs several requests.</summary>
    [Fact]
    public async Task Killed_agent_repeats_one_request_also_behind_refused_lines_and_while_console_lines_wait()
    {
        var file = GrowingFile.In(Folder, "refused");
        Backend.Faults.Set([Refusal]);
        var (kills, status) = await KillAsync("watch", over => WriteRefusedAsync(file, over));

        Assert.True(status == 2, $"seed {settings.Seed}: exit status {status}");
        await using var undisturbed = await LocalBackend.StartAsync(Options, Stop);
        undisturbed.Faults.Set([Refusal]);
        using var copy = Folder.Copy();
        await AgentSetup.For(undisturbed, copy).SyncAsync(Stop, "--include-synced", copy.Wandb);
        ServerState.AssertSame(undisturbed.State(), Backend, $"seed {settings.Seed}");
        foreach (var stream in Streams)
            Repeated(stream, kills);
    }

    private static FaultRule Refusal =>
        new("filestream", new FaultAction.Status(400, Body: """{"error":"no such word"}""")) { Count = null, BodyContains = "POISON" };

    /// <summary>Kills one agent after the other until all is written, and lets the last one come to its end.</summary>
    private async Task<(int Kills, int Status)> KillAsync(string command, Func<CancellationToken, Task> write)
    {
        output.WriteLine($"{command}: {settings}");
        var random = new Random(settings.Seed);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writing = write(over.Token);
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
        Assert.True(kills >= 3, $"seed {settings.Seed}: {kills} kills are no loop");
        using var last = Start(command, isLast: true);
        var status = await last.EndAsync(Stop);
        output.WriteLine(last.Said);
        return (kills, status);
    }

    private RepeatedLines Repeated(string stream, int kills)
    {
        var repeated = RepeatedLines.Of(Backend.Trace, stream);
        var what = $"seed {settings.Seed}, {stream}: {kills} kills, {repeated}";
        output.WriteLine(what);
        Assert.True(repeated.FromBeforeTheLast == 0, $"{what}: more than the request on its way came again");
        return repeated;
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

    /// <summary>A trainer some of whose rows the server refuses, and which writes much at once behind a line that it rewrites.</summary>
    private async Task WriteRefusedAsync(GrowingFile file, CancellationToken ct)
    {
        var records = new RunRecords("refused").Start();
        using var timer = new PeriodicTimer(WriteEvery);
        var start = TimeProvider.System.GetTimestamp();
        for (var step = 0; TimeProvider.System.GetElapsedTime(start) < settings.Writing; step++)
        {
            records.Row(step, ("word", step % 100 == 30 ? "\"POISON\"" : "\"fine\"")).Console($"line {step}\n", step);
            if (step % 50 == 40)
            {
                records.Event(step).Console($"\e[A\e[A\e[A{step}%\r\e[B\e[B\e[B", step);
                records.Console(string.Concat(Enumerable.Range(0, 300).Select(line => $"{step}/{line} {new string('o', 300)}\n")), step);
            }
            file.GrowTo(records);
            await timer.WaitForNextTickAsync(ct);
        }
        file.GrowTo(records.Exit(3));
    }
}
