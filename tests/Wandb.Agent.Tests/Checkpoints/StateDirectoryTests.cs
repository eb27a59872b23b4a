using Wandb.Agent.Checkpoints;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Checkpoints;

public sealed class StateDirectoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void State_lies_beside_the_run_file()
    {
        Directory.CreateDirectory(folder["run"]);
        var state = new StateDirectory(folder["run/run-a.wandb"], folder["elsewhere"]);
        Assert.Equal(folder["run/.wandb-agent"], state.Writable());
        Assert.Empty(Directory.GetFileSystemEntries(state.Writable()));
        Assert.False(Directory.Exists(folder["elsewhere"]));
    }

    [Fact]
    public void Run_directory_that_was_removed_does_not_come_back()
    {
        var state = new StateDirectory(folder["gone/run-a.wandb"], folder["elsewhere"]);
        Assert.Equal(folder["elsewhere"], Path.GetDirectoryName(state.Writable()));
        Assert.False(Directory.Exists(folder["gone"]));
    }

    [Fact]
    public void State_lies_in_the_users_folder_where_the_run_directory_takes_none()
    {
        // A file in the place of the folder: that stops root as well, whom permissions do not.
        folder.Write("a/.wandb-agent", "in the way");
        folder.Write("b/.wandb-agent", "in the way");
        var a = new StateDirectory(folder["a/run-x.wandb"], folder["elsewhere"]);
        var b = new StateDirectory(folder["b/run-x.wandb"], folder["elsewhere"]);
        Assert.Equal(folder["elsewhere"], Path.GetDirectoryName(a.Writable()));
        Assert.NotEqual(a.Writable(), b.Writable());
        Assert.Equal([folder["a/.wandb-agent/f"], Path.Combine(a.Writable(), "f")], a.Candidates("f"));
        Assert.Equal("in the way", File.ReadAllText(folder["a/.wandb-agent"]));
    }

    [Fact]
    public void Neither_place_is_an_error()
    {
        folder.Write("a/.wandb-agent", "in the way");
        folder.Write("elsewhere", "in the way");
        var exception = Assert.Throws<StateDirectoryException>(() => new StateDirectory(folder["a/run-x.wandb"], folder["elsewhere"]).Writable());
        Assert.Contains(folder["a/.wandb-agent"], exception.Message, StringComparison.Ordinal);
        Assert.Contains("XDG_STATE_HOME", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_of_one_directory_that_look_at_the_same_time_do_not_stand_in_each_others_way()
    {
        Directory.CreateDirectory(folder["run"]);
        var places = Enumerable.Range(0, 400).AsParallel().WithDegreeOfParallelism(8)
            .Select(run => new StateDirectory(folder[$"run/run-{run}.wandb"], folder["elsewhere"]).Writable()).Distinct().ToList();
        Assert.Equal([folder["run/.wandb-agent"]], places);
    }

    public void Dispose() => folder.Dispose();
}
