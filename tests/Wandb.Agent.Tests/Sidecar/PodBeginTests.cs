using Wandb.Agent.Sidecar;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class PodBeginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Agent_that_is_started_again_finds_when_the_first_one_of_its_pod_began()
    {
        var began = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        Assert.NotNull(PodBegin.Keep([_folder["state"]], "a"));
        File.SetLastWriteTimeUtc(_folder["state/pod-a"], began.UtcDateTime);

        Assert.Equal(began, PodBegin.Keep([_folder["state"]], "a"));
        Assert.True(PodBegin.Keep([_folder["state"]], "b") > began);
    }

    [Fact]
    public void Where_nothing_can_be_kept_it_is_not_known()
    {
        _folder.Write("file", "");
        Assert.Null(PodBegin.Keep([_folder["file"]], "a"));
        Assert.NotNull(PodBegin.Keep([_folder["file"], _folder["state"]], "a"));
    }

    public void Dispose() => _folder.Dispose();
}
