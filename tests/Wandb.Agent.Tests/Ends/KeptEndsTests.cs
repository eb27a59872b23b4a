using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Ends;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Ends;

public sealed class KeptEndsTests : IDisposable
{
    private static readonly WriterEnd Killed = new(137, 137, "OOMKilled", "kubernetes");

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();

    /// <summary>The agent of a pod keeps it when the run's lock is free already.</summary>
    [Fact]
    public async Task End_that_is_kept_later_is_found()
    {
        var file = folder.Write("run/run-x.wandb", "");
        var head = RunHead.Read(file);
        var ends = new KeptEnds(folder["state"], time);
        Assert.Null(ends.Of(head));

        new KeptEnds(folder["state"], time).Keep(file, Killed);

        Assert.Null(ends.Of(head));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Killed, ends.Of(head));
        Assert.Equal(Killed, await ends.WaitAsync(head, CancellationToken.None));
    }

    [Fact]
    public async Task Who_is_about_to_end_looks_at_once()
    {
        var file = folder.Write("run/run-x.wandb", "");
        var ends = new KeptEnds(folder["state"], time);
        Assert.Null(ends.Of(RunHead.Read(file)));

        new KeptEnds(folder["state"], time).Keep(file, Killed);

        Assert.Equal(Killed, await ends.WaitAsync(RunHead.Read(file), CancellationToken.None));
        Assert.Equal(Killed, ends.Of(RunHead.Read(file)));
    }

    [Fact]
    public void End_that_is_known_is_kept_once()
    {
        var file = folder.Write("run/run-x.wandb", "");
        var ends = new KeptEnds(folder["state"], time);
        ends.Keep(file, Killed);
        var path = folder["run/.wandb-agent/run-x.wandb.end.json"];
        File.WriteAllText(path, "mark");

        ends.Keep(file, Killed);
        Assert.Equal("mark", File.ReadAllText(path));
        ends.Keep(file, Killed with { Code = 1 });
        Assert.NotEqual("mark", File.ReadAllText(path));
    }

    public void Dispose() => folder.Dispose();
}
