using Wandb.EndToEnd.Tests.Harness;
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
