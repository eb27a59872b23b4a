using System.Diagnostics;
using Wandb.Agent.Locks;
using Xunit;

namespace Wandb.Agent.Tests.Locks;

public sealed class RunLockTests : IDisposable
{
    private static readonly LockOwner Self = new(4711, "trainer-0", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    private readonly string _root = Directory.CreateTempSubdirectory("wandb-lock-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Second_asker_learns_who_has_the_run_until_it_is_given_back()
    {
        string[] files = [Place("a"), Place("b")];
        var taken = Assert.IsType<LockOutcome.Taken>(Take(files));

        var held = Assert.IsType<LockOutcome.Held>(Take(files[1]));

        Assert.Equal(Self, held.Owner);
        Assert.Equal("another agent has this run directory (process 4711 on trainer-0, since 2026-11-24 12:00:00 UTC)", held.Words);
        taken.Lock.Dispose();
        Assert.IsType<LockOutcome.Taken>(Take(files)).Lock.Dispose();
    }

    [Fact]
    public void All_files_are_locked_or_none()
    {
        string[] files = [Place("a"), Place("b")];
        using var second = Assert.IsType<LockOutcome.Taken>(Take(files[1])).Lock;

        Assert.IsType<LockOutcome.Held>(Take(files));

        Assert.IsType<LockOutcome.Taken>(Take(files[0])).Lock.Dispose();
    }

    [Fact]
    public async Task Lock_that_was_given_back_is_free_while_programs_are_started()
    {
        // Until its exec a child has a copy of every open handle.
        var starts = Task.Run(
            () =>
            {
                for (var started = 0; started < 100; started++)
                {
                    using var program = Process.Start("true");
                    program.WaitForExit();
                }
            },
            TestContext.Current.CancellationToken);
        var file = Place("a");
        while (!starts.IsCompleted)
            Assert.IsType<LockOutcome.Taken>(Take(file)).Lock.Dispose();
        await starts;
    }

    [Fact]
    public void Place_that_takes_no_lock_is_told()
    {
        var file = Place("a");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, ".wandb-agent"), "no folder");
        File.WriteAllText(Path.Combine(_root, "state"), "no folder");

        Assert.NotEmpty(Assert.IsType<LockOutcome.Impossible>(Take(file)).Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711")]
    [InlineData("4711 host yesterday\n")]
    [InlineData("x host 2026-11-24T12:00:00Z\n")]
    public void Half_written_owner_is_nobody(string text) => Assert.Null(LockOwner.From(System.Text.Encoding.UTF8.GetBytes(text)));

    private LockOutcome Take(params string[] files) => RunLock.Take(files, Path.Combine(_root, "state"), Self);

    private string Place(string name)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        return Path.Combine(directory, "run-x.wandb");
    }
}
