using Wandb.EndToEnd.Tests.Harness;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Backend.Faults;
using Xunit;

namespace Wandb.EndToEnd.Tests.Live;

/// <summary>Agents that die while a trainer writes: the last one leaves what one undisturbed sync leaves.</summary>
public sealed class LiveCrashTests : WatchTest
{
    private const int Deaths = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Agents_that_die_at_any_moment_lose_and_double_nothing(int seed)
    {
        var random = new Random(seed);
        var records = new RunRecords("deaths").Start();
        for (var step = 0; step < 60; step++)
        {
            records.Rows(step, 1, padding: 500).Console($"line {step}\n", step).Summary("step", $"{step}").Event(step);
            if (step % 20 == 0)
                records.Console($"{step}%\r", step).Config($"k{step}", "1");
        }
        var content = records.Exit(3).ToFile();
        var file = GrowingFile.In(Folder, "deaths");
        var piece = content.Length / Deaths;

        for (var death = 0; death < Deaths; death++)
            await DieAsync(random, file, content.AsMemory(death * piece, piece), seed);
        file.Append(content.AsSpan(Deaths * piece));
        var last = await Agent.WatchAsync(Stop, "--exit-when-done", Folder.Wandb);

        Assert.True(last.Status == 0, $"seed {seed}: {last}");
        await AssertEqualsOneSyncAsync($"seed {seed}");
    }

    /// <summary>Issue 4, point 5.</summary>
    [Fact]
    public async Task Agent_that_dies_at_any_request_has_no_more_than_that_one_sent_again()
    {
        var records = new RunRecords("once").Start().Console("one\ntwo\nthree\n");
        for (var step = 0; step < 40; step++)
        {
            // Two lines with others between them go in requests of their own.
            records.Rows(step, 1, padding: 300).Event(step).Summary("step", $"{step}").Console($"\e[A\e[A\e[A{step}%\r\e[B\e[B\e[Bline {step}\n", step);
        }
        Folder.Place(records.Exit());
        var undisturbed = await WatchToTheEndAsync(Backend, Folder);
        // At the first request there is no checkpoint: the next agent asks the server, which knows its rows and no other lines.
        for (var death = 1; death < undisturbed.Count; death++)
        {
            await using var backend = await LocalBackend.StartAsync(Options, Stop);
            using var copy = Folder.Copy();
            using var kill = new CancellationTokenSource();
            backend.Faults.Set([new FaultRule("filestream", new FaultAction.DropAfter()) { Skip = death }]);
            await (Unpaced(backend, copy) with { Failed = kill.Cancel }).WatchAsync(kill.Token, "--exit-when-done", "--grace", "0", copy.Wandb);
            Assert.True(kill.IsCancellationRequested, $"request {death} did not come");

            var requests = await WatchToTheEndAsync(backend, copy);

            // The request that the dead agent had no answer to, and everything behind it.
            Assert.Equal(undisturbed.Take(death + 1).Concat(undisturbed.Skip(death)).Where(HasLines), requests.Where(HasLines));
        }
    }

    /// <returns>The lines of each request that had any: <c>wandb-history.jsonl 3+2 output.log 0+1</c>, the summary aside.</returns>
    private static async Task<IReadOnlyList<string>> WatchToTheEndAsync(LocalBackend backend, TrainerFolder folder)
    {
        var run = await Unpaced(backend, folder).WatchAsync(Stop, "--exit-when-done", folder.Wandb);
        Assert.True(run.Status == 0, run.ToString());
        return [.. backend.Trace.Where(request => request is { Kind: "filestream", Status: 200 }).Select(Lines)];
    }

    private static bool HasLines(string request) => request.Length > 0;

    private static string Lines(TraceEntry request) => string.Join(' ', (request.Detail?["files"]?.AsObject() ?? [])
        .Where(file => file.Key != "wandb-summary.json").Select(file => $"{file.Key} {file.Value!["offset"]}+{file.Value["lines"]}"));

    /// <summary>Bodies are of one size, whatever the time, and no checkpoint but the first is due.</summary>
    private static AgentSetup Unpaced(LocalBackend backend, TrainerFolder folder)
    {
        var agent = AgentSetup.For(backend, folder);
        return agent with { CheckpointInterval = TimeSpan.FromHours(1), Live = agent.Live with { MinInterval = TimeSpan.Zero } };
    }

    /// <summary>One agent, which ends without a word while the trainer writes.</summary>
    private async Task DieAsync(Random random, GrowingFile file, ReadOnlyMemory<byte> content, int seed)
    {
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // A step of writing a checkpoint that never ends, or any moment at all.
        var steps = random.Next(2) == 0 ? random.Next(1, 20) : int.MaxValue;
        var agent = Agent with
        {
            DurableStep = _ =>
            {
                if (--steps <= 0)
                    throw new DeathException();
            },
        };
        var watch = agent.WatchAsync(kill.Token, "--grace", "0", Folder.Wandb);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(1, 8)));
        for (var at = 0; at < content.Length;)
        {
            var size = Math.Min(random.Next(1, 700), content.Length - at);
            file.Append(content.Span.Slice(at, size));
            at += size;
            await pause.WaitForNextTickAsync(Stop);
        }
        await kill.CancelAsync();
        try
        {
            Assert.True((await watch).Status is 0 or 2, $"seed {seed}: {await watch}");
        }
        catch (DeathException)
        {
            // As it was meant.
        }
    }

    /// <summary>The end of the process: nothing in the agent knows it.</summary>
    private sealed class DeathException : Exception;
}
