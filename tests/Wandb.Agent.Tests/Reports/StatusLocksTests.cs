using Wandb.Agent.Locks;
using Wandb.Agent.Reports;
using Wandb.Agent.Tests.Commands;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class StatusLocksTests : IDisposable
{
    private static readonly DateTimeOffset Since = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Second_agent_leaves_the_status_to_the_first_and_takes_it_when_that_has_ended()
    {
        var file = new StatusFile([_directory.At(".wandb-agent"), _directory.At("elsewhere")]);
        using var first = new StatusLocks(new LockOwner(4711, "trainer-0", Since));
        using var second = new StatusLocks(new LockOwner(4712, "trainer-1", Since));
        Assert.Null(file.Write(Report("first"), first));
        Assert.Null(file.Write(Report("first again"), first));

        var problem = file.Write(Report("second"), second);

        Assert.StartsWith("another agent has this run directory (process 4711 on trainer-0, since 2026-11-24 12:00:00 UTC): ", problem, StringComparison.Ordinal);
        Assert.Equal("first again", file.Read().Report!.AgentVersion);
        Assert.False(Directory.Exists(_directory.At("elsewhere")));
        first.Dispose();
        Assert.Null(file.Write(Report("second"), second));
        Assert.Equal("second", file.Read().Report!.AgentVersion);
    }

    [Fact]
    public void Roots_of_one_agent_may_share_a_folder()
    {
        using var locks = new StatusLocks(new LockOwner(4711, "trainer-0", Since));
        Assert.Null(new StatusFile([_directory.At("state")]).Write(Report("one"), locks));
        Assert.Null(new StatusFile([_directory.At("state")]).Write(Report("two"), locks));
    }

    private static AgentReport Report(string version) => new()
    {
        AgentVersion = version,
        SentAt = Since,
        State = AgentState.Following,
        Backend = new BackendReport { BaseUrl = new Uri("http://w"), State = BackendState.Reachable },
    };
}
